/** Incomplete gamma and beta functions with both tails at once, for the quantile functions.
 *  Inner header of src/num; others use dtn_gamma_p, dtn_gamma_q and dtn_beta_i.
 */
#ifndef DTN_NUM_INCOMPLETE_H
#define DTN_NUM_INCOMPLETE_H

/** Both tails, each accurate relative to itself, and the factor in front of the expansions, from
 *  which densities and probabilities follow: x^a e^-x / Gamma(a + 1), or x^a y^b / B(a, b). */
typedef struct dtn_tails {
    double lower, upper, front;
} dtn_tails;

/** Gamma(a + 1) (e / a)^a for a > 0: what dtn_gamma_tails asks for, once for each a. */
double dtn_gamma_norm(double a);

/** P(a, x) and Q(a, x); a > 0, x >= 0, neither NaN; norm = dtn_gamma_norm(a). */
dtn_tails dtn_gamma_tails(double a, double x, double norm);

/** A beta distribution's parameters with what follows from them alone. */
typedef struct dtn_beta {
    double a, b, norm;
    double log_a, log_b; /* log(a B(a, b)) where a <= 1, log(b B(a, b)) where b <= 1, else NaN */
} dtn_beta;

/** For a, b > 0. */
dtn_beta dtn_beta_of(double a, double b);

/** I_x(a, b) and I_y(b, a); y = 1 - x given apart so that neither is rounded off. */
dtn_tails dtn_beta_tails(const dtn_beta *of, double x, double y);

/** log Gamma(1 + a) for a >= 0, accurate relative to itself for small a. */
double dtn_lgamma1p(double a);

/** log(Gamma(b + a) / Gamma(b)) for a, b > 0, accurate relative to itself for small a. */
double dtn_log_gamma_step(double a, double b);

/** log(1 + x) - x without cancellation, x > -1. */
double dtn_log1p_minus(double x);

#endif
