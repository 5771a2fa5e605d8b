/* Nanoseconds a call of the drawing functions, for each vector table this machine runs.
 *
 *   bench_num [SECONDS_PER_LINE]
 *
 * One thread, blocks of 1024 runs, best of several passes. The table "scalar" draws counts by the
 * scalar functions, one by one; all others by vectors. Figures include the uniform. Not a test:
 * nothing fails here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "num/num.h"

enum { N_LANE = 1024, N_STEP = 4 };

typedef double (*draw_fn)(const dtn_math *math, uint32_t step, double *block);

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double draw_uniform(const dtn_math *math, uint32_t step, double *block)
{
    math->uniform(N_LANE, 1, 2, 0, step, 0, block);
    return block[step % N_LANE];
}

static double draw_normal(const dtn_math *math, uint32_t step, double *block)
{
    draw_uniform(math, step, block);
    math->normal_quantile(N_LANE, block, block);
    return block[step % N_LANE];
}

static double draw_exp(const dtn_math *math, uint32_t step, double *block)
{
    draw_uniform(math, step, block);
    math->exp(N_LANE, block, block);
    return block[step % N_LANE];
}

/** Counts; without vectors by the scalar function, the twin that the vectors must equal. */
static double draw_counts(const dtn_math *math, uint32_t step, double *block, int kind, double mean)
{
    static _Alignas(64) double first[N_LANE], second[N_LANE];
    draw_uniform(math, step, block);
    for (size_t i = 0; i < N_LANE; i++) {
        first[i] = kind == 2 ? 4.0 * mean : mean;
        second[i] = kind == 2 ? 0.25 : 2.0;
    }
    if (math->isa == DTN_ISA_SCALAR || kind == 3) {
        for (size_t i = 0; i < N_LANE; i++)
            block[i] = kind == 0   ? dtn_poisson_quantile(block[i], mean)
                       : kind == 1 ? dtn_negative_binomial_quantile(block[i], mean, 2.0)
                       : kind == 2 ? dtn_binomial_quantile(block[i], 4.0 * mean, 0.25)
                                   : dtn_gamma_quantile(block[i], mean, 2.0);
    } else if (kind == 0) {
        math->poisson_quantile(N_LANE, block, first, block);
    } else if (kind == 1) {
        math->negative_binomial_quantile(N_LANE, block, first, second, block);
    } else {
        math->binomial_quantile(N_LANE, block, first, second, block);
    }
    return block[step % N_LANE];
}

#define COUNT(name, kind, mean)                                            \
    static double name(const dtn_math *math, uint32_t step, double *block) \
    {                                                                      \
        return draw_counts(math, step, block, kind, mean);                 \
    }
COUNT(draw_poisson_03, 0, 0.3)
COUNT(draw_poisson_3, 0, 3.0)
COUNT(draw_poisson_30, 0, 30.0)
COUNT(draw_poisson_140, 0, 140.0)
COUNT(draw_poisson_1e4, 0, 1e4)
COUNT(draw_poisson_1e6, 0, 1e6)
COUNT(draw_nb_3, 1, 3.0)
COUNT(draw_nb_100, 1, 100.0)
COUNT(draw_binomial_3, 2, 3.0)
COUNT(draw_binomial_100, 2, 100.0)
COUNT(draw_gamma, 3, 1.0)

/** Best nanoseconds a draw over passes that last `seconds` together. */
static double time_ns(draw_fn draw, const dtn_math *math, double seconds)
{
    static _Alignas(64) double block[N_LANE];
    volatile double sink = 0;
    double best = 1e300;
    const double end = now_s() + seconds;
    do {
        const double t0 = now_s();
        for (uint32_t step = 0; step < N_STEP; step++) {
            sink = sink + draw(math, step, block);
        }
        const double ns = 1e9 * (now_s() - t0) / (N_LANE * N_STEP);
        best = ns < best ? ns : best;
    } while (now_s() < end);
    return best;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        draw_fn draw;
    } kinds[] = {
        {"uniform", draw_uniform},
        {"normal", draw_normal},
        {"uniform+exp", draw_exp},
        {"poisson(0.3)", draw_poisson_03},
        {"poisson(3)", draw_poisson_3},
        {"poisson(30)", draw_poisson_30},
        {"poisson(140)", draw_poisson_140},
        {"poisson(1e4)", draw_poisson_1e4},
        {"poisson(1e6)", draw_poisson_1e6},
        {"negbin(3, 2)", draw_nb_3},
        {"negbin(100, 2)", draw_nb_100},
        {"binomial(12, 1/4)", draw_binomial_3},
        {"binomial(400, 1/4)", draw_binomial_100},
        {"gamma(shape 2)", draw_gamma},
    };
    const double seconds = argc > 1 ? atof(argv[1]) : 0.2;
    printf("%-20s %-8s %10s %10s\n", "draw", "table", "ns", "x scalar");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        double scalar_ns = 0;
        for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++) {
            const double ns = time_ns(kinds[k].draw, dtn_math_get(isa), seconds);
            scalar_ns = isa == DTN_ISA_SCALAR ? ns : scalar_ns;
            printf("%-20s %-8s %10.2f %10.2f\n", kinds[k].name, dtn_isa_name(isa), ns,
                   scalar_ns / ns);
        }
    }
    return 0;
}
