/* Shortest decimal text of a double by integer arithmetic.
 *
 * A double v = m 2^e reads back from every decimal within half a unit of its last place, that is from
 * (m - 1/2) 2^e to (m + 1/2) 2^e, the ends too where m is even. Scaled by a power of ten that puts 17 or 18
 * digits before the point, all three are integers over 2^(s+1), which 128 bits hold for numbers from 1e-15 to
 * 1e15 (5^31 has 72 bits, m has 53):
 *
 *      v 10^p = 2 m 5^p / 2^(s+1)      ends: (2 m -+ 1) 5^p / 2^(s+1)      s = -(e + p)
 *
 * Then v is rounded to 15, 16 and 17 digits, ties to even, and the first that lies between the ends is
 * taken. (A form of less than 15 digits is the one of 15 with its zeros dropped, since two decimals of 15
 * digits never read back the same.) Nothing is approximated. Powers of two, whose lower neighbour is nearer,
 * and numbers outside the range are left to the C library; Steele and White 1990 and Adams 2018 (Ryu) treat
 * the general case.
 * Why not a library: docs/decisions/0012-numbers-as-text.md.
 */
#include "base/shortest.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

#define MANTISSA_BITS 52
#define MOST_POWER 31    /* of ten that v is scaled by */
#define LEAST_SHOWN (-4) /* exponents below are written as such, as %g does */

static const uint64_t tens[] = {1,
                                10,
                                100,
                                1000,
                                10000,
                                100000,
                                1000000,
                                10000000,
                                100000000,
                                1000000000,
                                10000000000,
                                100000000000,
                                1000000000000,
                                10000000000000,
                                100000000000000,
                                1000000000000000,
                                10000000000000000,
                                100000000000000000,
                                1000000000000000000};

static int count_digits(uint64_t x)
{
    int n = 1;
    while (n < 19 && x >= tens[n])
        n++;
    return n;
}

static wide power_of_five(int p)
{
    static const uint64_t fives[] = {1, 5, 25, 125, 625, 3125, 15625, 78125};
    wide out = 1;
    for (; p > 7; p -= 7)
        out *= fives[7];
    return out * fives[p];
}

typedef struct scaled {
    wide value, half; /* v 10^p and half a unit of its last place, over 2^shift */
    int shift;
    bool is_even; /* the ends read back too */
} scaled;

/* v scaled, rounded to `drop` digits less than it has before the point. */
static uint64_t rounded(const scaled *v, int drop)
{
    const uint64_t whole = (uint64_t)(v->value >> v->shift), unit = tens[drop];
    const wide part = v->value & (((wide)1 << v->shift) - 1);
    const uint64_t down = whole / unit;
    /* twice the rest, over 2^shift, against the unit */
    const wide rest = (((wide)(whole - down * unit) << v->shift) | part) << 1;
    const wide one = (wide)unit << v->shift;
    return down + (rest > one || (rest == one && (down & 1)));
}

static bool reads_back(const scaled *v, uint64_t digits, int drop)
{
    const wide at = (wide)(digits * tens[drop]) << v->shift;
    const wide away = at > v->value ? at - v->value : v->value - at;
    return away < v->half || (away == v->half && v->is_even);
}

static size_t put_digits(uint64_t digits, char *out)
{
    char text[24];
    size_t n = 0, k = sizeof text;
    do {
        text[--k] = (char)('0' + digits % 10);
        digits /= 10;
    } while (digits);
    n = sizeof text - k;
    memcpy(out, text + k, n);
    return n;
}

/* digits 10^exponent as %g writes it: digits has no zeros at its end. */
static size_t put_number(uint64_t digits, int exponent, char *out)
{
    char text[24];
    const int n = (int)put_digits(digits, text), top = n - 1 + exponent; /* of the first digit */
    char *at = out;
    if (top < LEAST_SHOWN) {
        *at++ = text[0];
        if (n > 1)
            *at++ = '.';
        memcpy(at, text + 1, (size_t)n - 1);
        at += n - 1;
        *at++ = 'e';
        *at++ = '-';
        at += put_digits((uint64_t)-top, at);
    } else if (top < 0) {
        memcpy(at, "0.0000", 6);
        at += 1 - top;
        memcpy(at, text, (size_t)n);
        at += n;
    } else if (exponent >= 0) {
        memcpy(at, text, (size_t)n);
        memset(at + n, '0', (size_t)exponent);
        at += n + exponent;
    } else {
        memcpy(at, text, (size_t)top + 1);
        at[top + 1] = '.';
        memcpy(at + top + 2, text + top + 1, (size_t)(n - top) - 1);
        at += n + 1;
    }
    *at = '\0';
    return (size_t)(at - out);
}

/* v 10^p with 17 or 18 digits before the point; false: not for this way. */
static bool scale(uint64_t bits, scaled *v, int *p)
{
    const uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    const uint64_t m = fraction | UINT64_C(1) << MANTISSA_BITS;
    const int e = (int)(bits >> MANTISSA_BITS & 0x7ff) - 1023 - MANTISSA_BITS;
    const int low = (e + MANTISSA_BITS) * 1233; /* 4096 log10(2): floor of log10 v, or one less */
    *p = 16 - (low >= 0 ? low / 4096 : -((4095 - low) / 4096));
    v->shift = 1 - (e + *p);
    if (fraction == 0 || *p < 0 || *p > MOST_POWER || v->shift < 1)
        return false;
    v->half = power_of_five(*p);
    v->value = v->half * (2 * m);
    v->is_even = !(m & 1);
    return true;
}

size_t dtn_shortest_text(double value, char out[DTN_DOUBLE_MAX_TEXT])
{
    uint64_t bits, digits = 0;
    scaled v;
    int p = 0, drop = 0;
    memcpy(&bits, &value, sizeof bits);
    if (!(fabs(value) < 1e15) || !scale(bits, &v, &p))
        return 0;
    const int n = count_digits((uint64_t)(v.value >> v.shift));
    if (n < 17) /* never: scale leaves 17 or 18 */
        return 0;
    for (int kept = 15; kept <= 17; kept++) {
        drop = n - kept;
        digits = rounded(&v, drop);
        if (kept == 17 || reads_back(&v, digits, drop))
            break;
    }
    for (; digits % 10 == 0; drop++)
        digits /= 10;
    if (value < 0)
        *out = '-';
    return (value < 0) + put_number(digits, drop - p, out + (value < 0));
}
