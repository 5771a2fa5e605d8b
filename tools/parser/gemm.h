/** C += A B for small float matrices, in vectors as wide as the machine's.
 *
 *  a(m,k) lies at a[m * a_row + k * a_col], so A may be read transposed; rows of B and C are
 *  contiguous; n is a multiple of 32. Each element of C is one chain of multiply-adds in the order of k,
 *  whatever the width of the machine's vectors.
 */
#ifndef DTN_TOOLS_GEMM_H
#define DTN_TOOLS_GEMM_H

#include <stddef.h>
#include <string.h>

/* Eight rows by two vectors fill the 32 registers of AVX-512; with 16 of them more than four would
 * spill at every step, which took fifteen times as long. */
#ifdef __AVX512F__
enum { GEMM_LANES = 16, GEMM_ROWS = 8 };
#else
enum { GEMM_LANES = 8, GEMM_ROWS = 4 };
#endif
typedef float gemm_vec __attribute__((vector_size(4 * GEMM_LANES), aligned(4)));

#define GEMM_BLOCK(ROWS)                                                                      \
    {                                                                                         \
        gemm_vec s[ROWS][2];                                                                  \
        for (int r = 0; r < ROWS; r++)                                                        \
            for (int q = 0; q < 2; q++)                                                       \
                memcpy(&s[r][q], c + (i + r) * c_row + j + GEMM_LANES * q, sizeof(gemm_vec)); \
        const float *pa = a + i * a_row;                                                      \
        for (size_t k = 0; k < n_k; k++) {                                                    \
            gemm_vec b0, b1;                                                                  \
            memcpy(&b0, b + k * b_row + j, sizeof b0);                                        \
            memcpy(&b1, b + k * b_row + j + GEMM_LANES, sizeof b1);                           \
            _Pragma("GCC unroll 8") for (int r = 0; r < ROWS; r++)                            \
            {                                                                                 \
                const float x = pa[(size_t)r * a_row + k * a_col];                            \
                s[r][0] += x * b0;                                                            \
                s[r][1] += x * b1;                                                            \
            }                                                                                 \
        }                                                                                     \
        for (int r = 0; r < ROWS; r++)                                                        \
            for (int q = 0; q < 2; q++)                                                       \
                memcpy(c + (i + r) * c_row + j + GEMM_LANES * q, &s[r][q], sizeof(gemm_vec)); \
        i += ROWS;                                                                            \
    }

static inline void gemm(size_t n_m, size_t n, size_t n_k, const float *a, size_t a_row,
                        size_t a_col, const float *b, size_t b_row, float *c, size_t c_row)
{
    for (size_t j = 0; j < n; j += 2 * GEMM_LANES) {
        size_t i = 0;
        while (i + GEMM_ROWS <= n_m)
            GEMM_BLOCK(GEMM_ROWS)
        if (i + 4 <= n_m)
            GEMM_BLOCK(4)
        if (i + 2 <= n_m)
            GEMM_BLOCK(2)
        if (i < n_m)
            GEMM_BLOCK(1)
    }
}

#endif
