/** The numbers of exp: shared by the vector kernels (exp_core.h) and the code generator. */
#ifndef DTN_NUM_EXP_NUMBERS_H
#define DTN_NUM_EXP_NUMBERS_H

#define DTN_EXP_PER_LOG2 1.442695040888963407359924681001892137
#define DTN_EXP_LOG2_HIGH 0.69314718055966295651160180568695068359375
#define DTN_EXP_LOG2_LOW 0.28235290563031577122588448175013436025525412068e-12
#define DTN_EXP_SHIFT 0x1.8p52 /* added and taken away: the nearest integer */
#define DTN_EXP_SHIFT_BITS UINT64_C(0x4338000000000000)
#define DTN_EXP_MOST 709.78271114955742909217217426 /* infinity above */
#define DTN_EXP_LEAST (-1000.0)                     /* 0 below */
#define DTN_EXP_ZERO (-745.2)                       /* below, the result rounds to 0 anyway */
#define DTN_EXP_ONE 0x1p-60                         /* of arguments nearer to 0 it is 1 */
/** Of s^3 on, lowest power first. */
#define DTN_EXP_COEFFICIENTS                                                                   \
    {                                                                                          \
        0.166666666666666851703837, 0.0416666666666665047591422, 0.00833333333331652721664984, \
            0.00138888888889774492207962, 0.000198412698960509205564975,                       \
            2.4801587159235472998791e-05, 2.75572362911928827629423e-06,                       \
            2.75573911234900471893338e-07, 2.51112930892876518610661e-08,                      \
            2.08860621107283687536341e-09,                                                     \
    }

#endif
