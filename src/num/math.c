/* The scalar functions and the choice of a vector table.
 *
 * The scalar functions are the one-lane members of SLEEF's fixed-result family (Sleef_cinz_*d1_*):
 * the same bits as the vector tables, on every machine. Two gaps of that family are closed: log1p
 * overflows above 1e307 and fmod gives NaN for quotients beyond about 2^1000. sinh and cosh reach
 * infinity at |x| = 710 (the last finite value is at 710.47); that is left as it is.
 * floor, trunc and round are exact and need no library: 2^52 is added and taken away again.
 * gcc and clang must not reorder that, and do not without -ffast-math.
 */
#include <sleef.h>

#include "num/fmod_core.h"
#include "num/kernel.h"

double dtn_exp(double x) { return Sleef_cinz_expd1_u10purec(x); }
double dtn_expm1(double x) { return Sleef_cinz_expm1d1_u10purec(x); }
double dtn_log(double x) { return Sleef_cinz_logd1_u10purec(x); }
double dtn_log1p(double x)
{
    return x < 1e300 ? Sleef_cinz_log1pd1_u10purec(x) : Sleef_cinz_logd1_u10purec(x);
}
double dtn_log10(double x) { return Sleef_cinz_log10d1_u10purec(x); }
double dtn_pow(double x, double y) { return Sleef_cinz_powd1_u10purec(x, y); }
double dtn_sin(double x) { return Sleef_cinz_sind1_u10purec(x); }
double dtn_cos(double x) { return Sleef_cinz_cosd1_u10purec(x); }
double dtn_tan(double x) { return Sleef_cinz_tand1_u10purec(x); }
double dtn_asin(double x) { return Sleef_cinz_asind1_u10purec(x); }
double dtn_acos(double x) { return Sleef_cinz_acosd1_u10purec(x); }
double dtn_atan(double x) { return Sleef_cinz_atand1_u10purec(x); }
double dtn_sinh(double x) { return Sleef_cinz_sinhd1_u10purec(x); }
double dtn_cosh(double x) { return Sleef_cinz_coshd1_u10purec(x); }
double dtn_tanh(double x) { return Sleef_cinz_tanhd1_u10purec(x); }
double dtn_lgamma(double x) { return Sleef_cinz_lgammad1_u10purec(x); }

double dtn_fmod(double x, double y)
{
    const double r = Sleef_cinz_fmodd1_purec(x, y);
    return r == r ? r : dtn_fmod_exact(x, y);
}

/** The integer nearest to x >= 0, ties to even; exact below 2^52, x itself above. */
static double nearest(double x) { return x < 0x1p52 ? (x + 0x1p52) - 0x1p52 : x; }

double dtn_trunc(double x)
{
    const double size = __builtin_fabs(x);
    const double t = nearest(size);
    return __builtin_copysign(t > size ? t - 1.0 : t, x);
}

double dtn_floor(double x)
{
    const double t = dtn_trunc(x);
    return t > x ? t - 1.0 : t;
}

double dtn_round(double x)
{
    const double t = dtn_trunc(x);
    const double away = __builtin_fabs(x - t) >= 0.5 ? 1.0 : 0.0; /* x - t is exact */
    return __builtin_copysign(__builtin_fabs(t) + away, x);
}

dtn_isa dtn_isa_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
        return DTN_ISA_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return DTN_ISA_AVX2;
    }
    return __builtin_cpu_supports("avx") ? DTN_ISA_AVX : DTN_ISA_SSE2;
#else
    return DTN_ISA_SCALAR;
#endif
}

const char *dtn_isa_name(dtn_isa isa)
{
    switch (isa) {
    case DTN_ISA_SCALAR: return "scalar";
    case DTN_ISA_SSE2: return "sse2";
    case DTN_ISA_AVX: return "avx";
    case DTN_ISA_AVX2: return "avx2";
    case DTN_ISA_AVX512: return "avx512";
    }
    return "unknown";
}

const dtn_math *dtn_math_get(dtn_isa isa)
{
#if defined(__x86_64__)
    const dtn_isa best = dtn_isa_best();
    switch (isa < best ? isa : best) {
    case DTN_ISA_AVX512: return &dtn_math_avx512;
    case DTN_ISA_AVX2: return &dtn_math_avx2;
    case DTN_ISA_AVX: return &dtn_math_avx;
    case DTN_ISA_SSE2: return &dtn_math_sse2;
    case DTN_ISA_SCALAR: break;
    }
#else
    (void)isa;
#endif
    return &dtn_math_scalar;
}
