/** The vector tables, one for each instruction set that kernel.c was compiled for.
 *  Inner header of src/num; others use dtn_math_get.
 */
#ifndef DTN_NUM_KERNEL_H
#define DTN_NUM_KERNEL_H

#include "num/num.h"

extern const dtn_math dtn_math_scalar;
#if defined(__x86_64__)
extern const dtn_math dtn_math_sse2, dtn_math_avx, dtn_math_avx2, dtn_math_avx512;
#endif

#endif
