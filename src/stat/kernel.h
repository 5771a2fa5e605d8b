/** The loops of src/stat over many values, once for each instruction set (as src/num has its tables).
 *  Inner header of src/stat.
 */
#ifndef DTN_STAT_KERNEL_H
#define DTN_STAT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "stat/stat.h"

enum { DTN_SUM_BLOCK = 512, DTN_SUM_SPLITS = 3 };

typedef struct dtn_stat_kernel {
    /** Least and greatest of n > 0 values; false if one is not finite, and then they mean nothing. */
    bool (*extent)(size_t n, const double *x, double *low, double *high);
    /** Splits each of n <= DTN_SUM_BLOCK values into multiples of 2^-42 of the powers of two `tops`, from
     *  the first (greater than all |x|) down, and adds those up, without rounding. What is left goes to
     *  rest[DTN_SUM_BLOCK]; false if all of that is zero. */
    bool (*split)(size_t n, const double *x, const double tops[DTN_SUM_SPLITS],
                  double parts[DTN_SUM_SPLITS], double *rest);
    /** out[i] = (x[i] - low) * scale without its fraction; the caller knows that it is in 0..65535. Is
     *  every x[i] = low + out[i]? */
    bool (*places)(size_t n, const double *x, double low, double scale, uint16_t *out);
    /** out[i] = (dtn_order_of(x[i]) - low) >> shift; the caller knows that it is in 0..65535. */
    void (*bit_places)(size_t n, const double *x, uint64_t low, int shift, uint16_t *out);
    /** sums[group[i]][] += rows[i][], rows of DTN_RANKINGS. */
    void (*add_rows)(size_t n, const uint32_t *rows, const uint16_t *group, uint32_t *sums);
} dtn_stat_kernel;

/** Bits that sort as the numbers do; -0 as 0. */
static inline uint64_t dtn_order_of(double x)
{
    uint64_t bits;
    x += 0.0;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((uint64_t) - (int64_t)(bits >> 63) | UINT64_C(1) << 63);
}

/** The widest that this machine runs. */
const dtn_stat_kernel *dtn_stat_kernel_best(void);

extern const dtn_stat_kernel dtn_stat_kernel_scalar;
#if defined(__x86_64__)
extern const dtn_stat_kernel dtn_stat_kernel_sse2, dtn_stat_kernel_avx, dtn_stat_kernel_avx2,
    dtn_stat_kernel_avx512;
#endif

#endif
