/* Which of the tables of kernel.c this machine takes. */
#include "num/num.h"
#include "stat/kernel.h"

const dtn_stat_kernel *dtn_stat_kernel_best(void)
{
#if defined(__x86_64__)
    switch (dtn_isa_best()) {
    case DTN_ISA_AVX512: return &dtn_stat_kernel_avx512;
    case DTN_ISA_AVX2: return &dtn_stat_kernel_avx2;
    case DTN_ISA_AVX: return &dtn_stat_kernel_avx;
    case DTN_ISA_SSE2: return &dtn_stat_kernel_sse2;
    case DTN_ISA_SCALAR: break;
    }
#endif
    return &dtn_stat_kernel_scalar;
}
