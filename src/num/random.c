/* The counter-based generator and the scalar normal quantile.
 *
 * Stateless: a uniform is a function of seed, stream, run, step and event number, so a run can be
 * replayed alone and any block of runs gives the same draws. The work is in threefry.h and
 * normal_core.h, which the vector kernels include too.
 */
#include "num/normal_core.h"
#include "num/num.h"
#include "num/threefry.h"

void dtn_threefry2x64(const uint64_t key[2], const uint64_t counter[2], uint64_t out[2])
{
    uint64_t x[2] = {counter[0], counter[1]};
    dtn_threefry_20(key[0], key[1], x);
    out[0] = x[0];
    out[1] = x[1];
}

double dtn_uniform(uint64_t seed, uint64_t stream, uint64_t run, uint32_t step, uint32_t event)
{
    uint64_t x[2] = {run / 2, (uint64_t)step | (uint64_t)event << 32};
    dtn_threefry_20(seed, stream, x);
    return dtn_unit_from_word(x[run % 2]);
}

double dtn_normal_quantile(double u)
{
    const double v = dtn_normal_v(u);
    return v >= DTN_NORMAL_LEAST ? dtn_normal_octave(u - 0.5, v)
                                 : dtn_as241(u, -dtn_log(u < 0.5 ? u : 1.0 - u));
}
