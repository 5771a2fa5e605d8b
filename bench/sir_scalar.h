/** One run of SIR in plain C: out = susceptible, infectious, recovered after n_step steps. */
#ifndef DTN_BENCH_SIR_SCALAR_H
#define DTN_BENCH_SIR_SCALAR_H

#include <stdint.h>

typedef struct sir_input {
    double population, infectious, infectivity, duration;
} sir_input;
void sir_scalar(const sir_input *in, uint32_t n_step, double dt, double out[3]);

#endif
