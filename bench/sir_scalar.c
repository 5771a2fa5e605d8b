/* SIR by hand: what a person would write for one run, compiled for this machine. The yardstick of
 * bench_sir; the equations are those of the suite's samples/SIR (see bench_sir.c). */
#include "sir_scalar.h"

void sir_scalar(const sir_input *in, uint32_t n_step, double dt, double out[3])
{
    double susceptible = in->population, infectious = in->infectious, recovered = 0;
    for (uint32_t i = 0; i < n_step; i++) {
        double succumbing = susceptible * infectious / in->population * in->infectivity;
        double recovering = infectious / in->duration;
        susceptible += dt * -succumbing;
        infectious += dt * (succumbing - recovering);
        recovered += dt * recovering;
    }
    out[0] = susceptible;
    out[1] = infectious;
    out[2] = recovered;
}
