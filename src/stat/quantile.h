/** Inside src/stat: what exact quantiles, sketch and summary share. */
#ifndef DTN_STAT_QUANTILE_H
#define DTN_STAT_QUANTILE_H

#include <stddef.h>

/** Between two order statistics a <= b, the share `part` in [0,1) of the way. */
double dtn_between(double a, double b, double part);

/** Like dtn_quantiles_exact for checked arguments (n > 0, no NaN, every q in [0,1]), by selection.
 *  scratch[n] may be `values`; what is in it afterwards is not said. */
void dtn_quantiles_select(size_t n, const double *values, double *scratch, size_t n_q,
                          const double q[], double out[]);

#endif
