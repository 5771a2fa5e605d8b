/* Which build of the interpreter a machine runs. */
#include "compile/interp.h"

extern const dtn_interp dtn_interp_scalar;
#ifdef __x86_64__
extern const dtn_interp dtn_interp_sse2, dtn_interp_avx, dtn_interp_avx2, dtn_interp_avx512;
#endif

const dtn_interp *dtn_interp_get(dtn_isa isa)
{
    if (isa > dtn_isa_best())
        isa = dtn_isa_best();
    switch (isa) {
#ifdef __x86_64__
    case DTN_ISA_AVX512: return &dtn_interp_avx512;
    case DTN_ISA_AVX2: return &dtn_interp_avx2;
    case DTN_ISA_AVX: return &dtn_interp_avx;
    case DTN_ISA_SSE2: return &dtn_interp_sse2;
#endif
    default: return &dtn_interp_scalar;
    }
}
