/* Functions of whole rows, lane by lane: selections, orders, inverses, allocations, markets.
 *
 * Each lane's arguments are copied into a row of their own, the function is computed there with
 * scalar code, and its results are copied back. So every build gives the same bits.
 *
 * Allocation: each request has a curve that says how much of it is served at a price, 0 far above
 * its priority and all of it far below (the integral of a rectangle, triangle, normal or
 * exponential density of some width). The price at which the curves add up to what is available
 * is found by bisection down to neighbouring numbers. ALLOCATE BY PRIORITY is the case of
 * rectangles of one width; a market has supply curves that rise in the same way.
 * Constant elasticity (profile type 5) is not computed: its formula is not published.
 *
 * Sources: Vensim reference manual, "Arrays, Vectors, and Subscripts" and "Allocation Functions";
 * XMILE 1.0 section 3.7.3.
 */
#include "compile/interp.h"
#include "compile/look_up.h"
#include "compile/track.h"

#include <math.h>
#include <string.h>

enum { TYPE, PRIORITY, WIDTH, EXTRA, N_PROFILE }; /* a priority profile */

/* A number that stands for one of several choices; -1: none of them. */
static int to_choice(double x) { return x > -0.5 && x < 1000 ? (int)(x + 0.5) : -1; }

/* ---- Orders ------------------------------------------------------------------ */

/* Positions of x in ascending or descending order; equal values stay in their order. `order` and
 * `spare` are rows of n. Merge sort from the bottom up. */
static void sort_order(uint32_t n, const double *x, bool ascending, double *order, double *spare)
{
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t from = 0; from < n; from += 2 * width) {
            uint32_t mid = from + width < n ? from + width : n;
            uint32_t end = mid + width < n ? mid + width : n;
            uint32_t a = from, b = mid;
            for (uint32_t k = from; k < end; k++) {
                bool second = a >= mid;
                if (!second && b < end) {
                    double xa = x[(uint32_t)order[a]], xb = x[(uint32_t)order[b]];
                    second = ascending ? xb < xa : xb > xa;
                }
                spare[k] = second ? order[b++] : order[a++];
            }
        }
        memcpy(order, spare, n * sizeof *order);
    }
}

static void rank(uint32_t n, const double *x, bool ascending, double *out, double *work)
{
    sort_order(n, x, ascending, work, work + n);
    for (uint32_t i = 0; i < n; i++)
        out[(uint32_t)work[i]] = i + 1;
}

static void reorder(uint32_t n, const double *x, const double *position, double *out)
{
    for (uint32_t i = 0; i < n; i++) {
        double p = position[i] + 0.5;
        out[i] = p >= 0 && p < n ? x[(uint32_t)p] : DTN_VENSIM_NA;
    }
}

/* XMILE RANK(x, k, second): the position of the k-th smallest; `second` decides between equals. */
static double element_rank(uint32_t n, const double *x, const double *second, double k,
                           double *work)
{
    double *order = work, *spare = work + n, *row = work + 2 * n;
    double place = k + 0.5;
    if (!(place >= 1 && place < n + 1.0))
        return NAN;
    if (second) {
        sort_order(n, second, true, order, spare);
        for (uint32_t i = 0; i < n; i++)
            row[i] = x[(uint32_t)order[i]];
        memcpy(row + n, order, n * sizeof *row);
        sort_order(n, row, true, order, spare);
        return row[n + (uint32_t)order[(uint32_t)place - 1]] + 1;
    }
    sort_order(n, x, true, order, spare);
    return order[(uint32_t)place - 1] + 1;
}

/* ---- VECTOR SELECT ----------------------------------------------------------- */

enum {
    ACTION_PRODUCT = 1,
    ACTION_MIN = 2,
    ACTION_MAX = 3,
    ACTION_MEAN = 4,
    ACTION_POWERS = 5,
    ACTION_PLAIN = 6,
    ACTION_LAST = 10
};

static double select_rows(uint32_t n, const double *s, const double *x, const double *rest)
{
    double value = 0;
    uint32_t count = 0;
    int action = to_choice(rest[0]), error = to_choice(rest[2]);
    int how = action == ACTION_POWERS  ? ACTION_PRODUCT
              : action >= ACTION_PLAIN ? action - ACTION_PLAIN
                                       : action;
    for (uint32_t i = 0; i < n; i++) {
        if (s[i] == 0)
            continue;
        double term = action == ACTION_POWERS  ? dtn_pow(x[i], s[i])
                      : action >= ACTION_PLAIN ? x[i]
                                               : s[i] * x[i];
        if (count++ == 0)
            value = term;
        else if (how == ACTION_PRODUCT)
            value *= term;
        else if (how == ACTION_MIN)
            value = term < value ? term : value;
        else if (how == ACTION_MAX)
            value = term > value ? term : value;
        else
            value += term;
    }
    if (action < 0 || action > ACTION_LAST || (count == 0 && (error == 1 || error == 3)) ||
        (count > 1 && (error == 2 || error == 3)))
        return NAN;
    if (count == 0)
        return rest[1];
    return how == ACTION_MEAN ? value / count : value;
}

/* ---- VECTOR LOOKUP ------------------------------------------------------------- */

static double vector_lookup(uint32_t n, const double *y, const double *rest, double *work)
{
    static const dtn_lookup_mode modes[] = {DTN_LOOKUP_MODE_LINEAR,
                                            DTN_LOOKUP_MODE_AREA,
                                            DTN_LOOKUP_MODE_BACKWARD,
                                            DTN_LOOKUP_MODE_EXTRAPOLATE,
                                            DTN_LOOKUP_MODE_FORWARD,
                                            DTN_LOOKUP_MODE_INVERT,
                                            DTN_LOOKUP_MODE_SLOPE,
                                            DTN_LOOKUP_MODE_AREA_EXTRAPOLATE,
                                            DTN_LOOKUP_MODE_INVERT_EXTRAPOLATE,
                                            DTN_LOOKUP_MODE_SLOPE_EXTRAPOLATE};
    const size_t n_mode = sizeof modes / sizeof *modes;
    double from = rest[1], to = rest[2], mode = rest[3] + 0.5;
    if (!(mode >= 0 && mode < (double)n_mode) || !(to >= from))
        return NAN;
    for (uint32_t i = 0; i < n; i++)
        work[i] = n > 1 ? from + (to - from) * i / (n - 1) : from;
    dtn_table t = {n, work, y};
    return dtn_look_up(&t, rest[0], modes[(int)mode]);
}

/* ---- INVERT MATRIX ---------------------------------------------------------------- */

static void swap_rows(uint32_t n, double *a, double *b)
{
    for (uint32_t j = 0; j < n; j++) {
        double t = a[j];
        a[j] = b[j];
        b[j] = t;
    }
}

static void subtract_row(uint32_t n, double *row, double factor, const double *from)
{
    for (uint32_t j = 0; j < n; j++)
        row[j] -= factor * from[j];
}

/* Gauss-Jordan with row pivots. The first `used` rows and columns count. A singular matrix gives
 * infinities and NaN, which flag the run. */
static void invert(uint32_t n, const double *matrix, double used, double *out, double *work)
{
    uint32_t k = used >= 1 && used < n ? (uint32_t)(used + 0.5) : n;
    memcpy(work, matrix, (size_t)n * n * sizeof *work);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            out[i * n + j] = i == j && i < k ? 1 : 0;
    for (uint32_t c = 0; c < k; c++) {
        uint32_t pivot = c;
        for (uint32_t r = c + 1; r < k; r++)
            if (fabs(work[r * n + c]) > fabs(work[pivot * n + c]))
                pivot = r;
        if (pivot != c) {
            swap_rows(n, work + c * n, work + pivot * n);
            swap_rows(n, out + c * n, out + pivot * n);
        }
        double scale = 1 / work[c * n + c];
        for (uint32_t j = 0; j < n; j++) {
            work[c * n + j] *= scale;
            out[c * n + j] *= scale;
        }
        for (uint32_t r = 0; r < k; r++) {
            double factor = work[r * n + c];
            if (r == c)
                continue;
            subtract_row(n, work + r * n, factor, work + c * n);
            subtract_row(n, out + r * n, factor, out + c * n);
        }
    }
}

/* ---- Curves ------------------------------------------------------------------------- */

#define DTN_INTEGER_CURVE 10 /* added to a curve's type: whole numbers are given out */

/* Normal tail above z >= 0: Abramowitz and Stegun 26.2.16, within 1e-5. Vensim's allocations show
 * this formula's error; the exact tail would differ from them in the third digit of small shares. */
static double normal_tail(double z)
{
    double t = 1 / (1 + 0.33267 * z);
    double density = dtn_exp(-z * z / 2) * 0.3989422804014327;
    return density * t * (0.4361836 + t * (-0.1201676 + t * 0.9372980));
}

/* The part of a density that lies above z, which is counted in widths from its middle. */
static double above(int type, double z)
{
    switch (type) {
    case 1: return z <= -0.5 ? 1 : z >= 0.5 ? 0 : 0.5 - z;
    case 2:
        if (z <= -0.5 || z >= 0.5)
            return z < 0 ? 1 : 0;
        return z < 0 ? 1 - 2 * (z + 0.5) * (z + 0.5) : 2 * (0.5 - z) * (0.5 - z);
    case 3: return z < 0 ? 1 - normal_tail(-z) : normal_tail(z);
    case 4: return z < 0 ? 1 - 0.5 * dtn_exp(z) : 0.5 * dtn_exp(-z);
    default: return NAN;
    }
}

static int curve_type(const double *profile)
{
    int type = to_choice(profile[TYPE]);
    return type >= DTN_INTEGER_CURVE ? type - DTN_INTEGER_CURVE : type;
}

/* The width a curve is drawn with. Vensim draws a normal one with a deviation of 0.05 at least (its
 * output for SDEverywhere's model allocate_normal_width); a step of no width is drawn as a steep
 * slope, so that a price in it can share what is there. */
static double curve_width(const double *profile)
{
    double least = curve_type(profile) == 3 ? 0.05 : 1e-6;
    return profile[WIDTH] >= least ? profile[WIDTH] : profile[WIDTH] >= 0 ? least : NAN;
}

static double demand_at(double quantity, const double *profile, double price)
{
    int type = curve_type(profile);
    if (type == 0)
        return quantity;
    return quantity * above(type, (price - profile[PRIORITY]) / curve_width(profile));
}

static double supply_at(double quantity, const double *profile, double price)
{
    int type = curve_type(profile);
    if (type == 0)
        return quantity;
    return quantity * above(type, (profile[PRIORITY] - price) / curve_width(profile));
}

typedef struct market {
    uint32_t n_demand, n_supply;
    const double *demand, *demand_profiles, *supply, *supply_profiles;
    double available; /* beside the supply curves */
} market;

/* Demand less supply; falls as the price rises. */
static double excess(const market *k, double price)
{
    double sum = -k->available;
    for (uint32_t i = 0; i < k->n_demand; i++)
        sum += demand_at(k->demand[i], k->demand_profiles + i * N_PROFILE, price);
    for (uint32_t i = 0; i < k->n_supply; i++)
        sum -= supply_at(k->supply[i], k->supply_profiles + i * N_PROFILE, price);
    return sum;
}

#define DTN_CURVE_REACH 40 /* widths from its middle, where every curve has come to its end */

/* Widths from its middle where Vensim lets a curve end: its price where nothing is asked, or where
 * more is asked than there is (its output for SDEverywhere's model allocate_price). */
static double curve_end(const double *profile)
{
    int type = curve_type(profile);
    return type == 3 ? 5 : type == 4 ? 10 : 0.5;
}

static void widen(const double *profile, double ends, double *low, double *high)
{
    double reach = ends * curve_width(profile);
    if (curve_type(profile) == 0)
        return;
    *low = profile[PRIORITY] - reach < *low ? profile[PRIORITY] - reach : *low;
    *high = profile[PRIORITY] + reach > *high ? profile[PRIORITY] + reach : *high;
}

/* The price at which demand meets supply; where no curve depends on it, 0. A market's price stays
 * within its curves' ends. */
static double find_price(const market *k)
{
    double low = INFINITY, high = -INFINITY, least = INFINITY, most = -INFINITY;
    for (uint32_t i = 0; i < k->n_demand; i++) {
        widen(k->demand_profiles + i * N_PROFILE, DTN_CURVE_REACH, &low, &high);
        widen(k->demand_profiles + i * N_PROFILE, curve_end(k->demand_profiles + i * N_PROFILE),
              &least, &most);
    }
    for (uint32_t i = 0; i < k->n_supply; i++) {
        widen(k->supply_profiles + i * N_PROFILE, DTN_CURVE_REACH, &low, &high);
        widen(k->supply_profiles + i * N_PROFILE, curve_end(k->supply_profiles + i * N_PROFILE),
              &least, &most);
    }
    if (low > high)
        return 0;
    if (isnan(excess(k, low)))
        return NAN;
    if (k->n_supply > 0 && excess(k, least) <= 0)
        return least;
    if (k->n_supply > 0 && excess(k, most) >= 0)
        return most;
    for (;;) {
        double middle = low + (high - low) / 2;
        if (!(middle > low && middle < high))
            return middle;
        if (excess(k, middle) > 0)
            low = middle;
        else
            high = middle;
    }
}

/* ---- Allocation ---------------------------------------------------------------------- */

/* Whole numbers: what is cut off goes to the largest fractions, one each. */
static void to_integers(uint32_t n, double *given)
{
    double left = 0;
    for (uint32_t i = 0; i < n; i++)
        left += given[i];
    for (uint32_t i = 0; i < n; i++)
        left -= dtn_floor(given[i] + 1e-9);
    for (left = dtn_floor(left + 1e-9); left >= 1; left--) {
        uint32_t best = n;
        double most = 1e-9;
        for (uint32_t i = 0; i < n; i++)
            if (given[i] - dtn_floor(given[i] + 1e-9) > most) {
                most = given[i] - dtn_floor(given[i] + 1e-9);
                best = i;
            }
        if (best == n)
            break;
        given[best] = dtn_floor(given[best]) + 1;
    }
    for (uint32_t i = 0; i < n; i++)
        given[i] = dtn_floor(given[i] + 1e-9);
}

static double total_of(uint32_t n, const double *x)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* Requests of a fixed amount take no notice of the price: where they ask for more than there is, all
 * are cut in proportion. */
static void allocate(uint32_t n, const double *request, const double *profiles, double available,
                     double *out)
{
    market k = {
        .n_demand = n, .demand = request, .demand_profiles = profiles, .available = available};
    bool whole = false;
    double price = 0;
    double share = total_of(n, request) <= available ? 1 : available <= 0 ? 0 : NAN;
    if (isnan(share))
        price = find_price(&k);
    for (uint32_t i = 0; i < n; i++) {
        const double *profile = profiles + i * N_PROFILE;
        whole = whole || profile[TYPE] >= DTN_INTEGER_CURVE - 0.5;
        out[i] = isnan(share) ? demand_at(request[i], profile, price) : request[i] * share;
    }
    double given = total_of(n, out);
    for (uint32_t i = 0; i < n && available > 0 && given > available * (1 + 1e-9); i++)
        out[i] *= available / given;
    if (whole)
        to_integers(n, out);
}

/* No width: the next priority gets what the higher ones left, equals in proportion. */
static void strict_priority(uint32_t n, const double *request, const double *priority,
                            double supply, double *out, double *work)
{
    double *order = work;
    sort_order(n, priority, false, order, work + n);
    for (uint32_t i = 0, end; i < n; i = end) {
        double asked = 0;
        for (end = i; end < n && priority[(uint32_t)order[end]] == priority[(uint32_t)order[i]];
             end++)
            asked += request[(uint32_t)order[end]];
        if (end == i) { /* NaN equals nothing */
            out[(uint32_t)order[end++]] = NAN;
            continue;
        }
        double share = asked <= supply ? 1 : supply > 0 ? supply / asked : 0;
        for (uint32_t j = i; j < end; j++)
            out[(uint32_t)order[j]] = request[(uint32_t)order[j]] * share;
        supply -= asked * share;
    }
}

static void allocate_by_priority(uint32_t n, const double *in, double *out, double *work)
{
    const double *request = in, *priority = in + n, *rest = in + 2 * n;
    uint32_t size = rest[0] >= 1 && rest[0] < n ? (uint32_t)(rest[0] + 0.5) : n;
    double width = rest[1], supply = rest[2];
    for (uint32_t i = size; i < n; i++)
        out[i] = 0;
    if (!(width > 0)) {
        strict_priority(size, request, priority, supply, out, work);
        return;
    }
    for (uint32_t i = 0; i < size; i++) {
        double *profile = work + i * N_PROFILE;
        profile[TYPE] = 1;
        profile[PRIORITY] = priority[i];
        profile[WIDTH] = width;
        profile[EXTRA] = 0;
    }
    allocate(size, request, work, supply, out);
}

/* The price of the same: MARKETP. */
static double priority_price(uint32_t n, const double *in, double *work)
{
    const double *request = in, *priority = in + n, *rest = in + 2 * n;
    const uint32_t size = rest[0] >= 1 && rest[0] < n ? (uint32_t)(rest[0] + 0.5) : n;
    for (uint32_t i = 0; i < size; i++) {
        double *profile = work + i * N_PROFILE;
        profile[TYPE] = 1;
        profile[PRIORITY] = priority[i];
        profile[WIDTH] = rest[1];
        profile[EXTRA] = 0;
    }
    market k = {size, 0, request, work, NULL, NULL, rest[2]};
    return find_price(&k);
}

/* ---- INTERPOLATE ----------------------------------------------------------------------- */

/* Linear in each dimension, the last one first: rows of the rest are halved to one value. */
static double interpolate(uint32_t n, uint32_t m, const double *array, const double *places,
                          double *work)
{
    memcpy(work, array, n * sizeof *work);
    for (uint32_t k = m; k-- > 0;) {
        const uint32_t size = (uint32_t)places[2 * k];
        double place = places[2 * k + 1];
        if (isnan(place))
            return NAN;
        place = (place > 0 ? place < 1 ? place : 1 : 0) * (size - 1);
        uint32_t before = (uint32_t)place;
        if (before + 1 >= size)
            before = size > 1 ? size - 2 : 0;
        const double part = place - before;
        n /= size;
        for (uint32_t i = 0; i < n; i++) {
            const double *row = work + (size_t)i * size + before;
            work[i] = size > 1 ? row[0] + part * (row[1] - row[0]) : row[0];
        }
    }
    return work[0];
}

/* ---- Rates of return ------------------------------------------------------------------------ */

enum { NOW, BEFORE, STEP, PERIOD, FIRST, FIRST_TIME, HIGHEST, MISSING }; /* after the log */

/* Payments at equal distances, and one beside them. */
typedef struct payments {
    uint32_t n;
    const double *amounts; /* the i-th counts at time from + i * distance */
    double from, distance, first, first_time;
} payments;

/* Worth of all of them at the rate exp(u) - 1 for a unit of time. */
static double worth(const payments *p, double u)
{
    const double q = dtn_exp(-u * p->distance);
    double sum = 0;
    for (uint32_t i = p->n; i-- > 0;)
        sum = sum * q + p->amounts[i];
    return sum * dtn_exp(-u * p->from) + p->first * dtn_exp(-u * p->first_time);
}

/* The zero between two places where the worth has different signs. */
static double zero_between(const payments *p, double low, double high)
{
    const bool rises = worth(p, low) < 0;
    for (int i = 0; i < 200; i++) {
        const double middle = low + (high - low) / 2, w = worth(p, middle);
        if (middle == low || middle == high)
            break;
        if ((w < 0) == rises)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

#define DTN_RATE_STEPS 64         /* looked at on each side of 0 */
#define DTN_RATE_LOWEST (-13.815) /* ln 1e-6: the rate is -1 but for that */

/* The rate nearest to 0, by steps away from it. */
static double solve_rate(const payments *p, double highest, double missing)
{
    const double top = dtn_log(1 + highest);
    double low = 0, high = 0, at_low = worth(p, 0), at_high = at_low;
    if (at_low == 0)
        return p->n > 0 && p->first == 0 && p->amounts[0] == 0 ? missing : 0;
    for (int i = 1; i <= DTN_RATE_STEPS; i++) {
        const double up = top * i / DTN_RATE_STEPS;
        const double down = DTN_RATE_LOWEST * i * i / (DTN_RATE_STEPS * DTN_RATE_STEPS);
        const double at_up = worth(p, up), at_down = worth(p, down);
        if ((at_up < 0) != (at_high < 0) && at_up == at_up)
            return dtn_exp(zero_between(p, high, up)) - 1;
        if ((at_down < 0) != (at_low < 0) && at_down == at_down)
            return dtn_exp(zero_between(p, down, low)) - 1;
        high = up;
        low = down;
        at_high = at_up;
        at_low = at_down;
    }
    return missing;
}

static double rate_of_return(uint32_t n, const double *in, double *work)
{
    const double *rest = in + n;
    const uint32_t now = rest[BEFORE] > 0 ? (uint32_t)(rest[BEFORE] + 0.5) : 0;
    const double dt = rest[STEP], period = rest[PERIOD];
    payments p = {0, work, 0, dt, rest[FIRST], rest[FIRST_TIME]};
    memset(work, 0, n * sizeof *work);
    for (uint32_t i = 0; i <= now && i < n; i++) {
        const double amount = (i < now ? in[i] : rest[NOW]) * dt;
        uint32_t at = i;
        if (period > 0) /* a step belongs to the period in which it begins */
            at = (uint32_t)(i * dt / period + 1e-9);
        work[at] += amount;
        p.n = at + 1;
    }
    if (period > 0) { /* each period's at its end, in periods */
        p.from = p.distance = 1;
        p.first_time /= period;
    }
    return solve_rate(&p, rest[HIGHEST], rest[MISSING]);
}

/* ---- Dates --------------------------------------------------------------------------- */

/* Year, month and day of the month of a day number, 0 being 1 January of the year 0 (1 BC). The
 * proleptic Gregorian calendar by Hinnant's days_from_civil turned round; or twelve months of 30
 * days. */
static void civil_date(double day, bool is_360, double out[3])
{
    if (is_360) {
        double year = dtn_floor(day / 360), in_year = day - 360 * year;
        double month = dtn_floor(in_year / 30);
        out[0] = year;
        out[1] = month + 1;
        out[2] = in_year - 30 * month + 1;
        return;
    }
    double z = day - 60; /* from 1 March of the year 0 */
    double era = dtn_floor(z / 146097), doe = z - 146097 * era;
    double yoe = dtn_floor(
        (doe - dtn_floor(doe / 1460) + dtn_floor(doe / 36524) - dtn_floor(doe / 146096)) / 365);
    double doy = doe - (365 * yoe + dtn_floor(yoe / 4) - dtn_floor(yoe / 100));
    double mp = dtn_floor((5 * doy + 2) / 153);
    out[2] = doy - dtn_floor((153 * mp + 2) / 5) + 1;
    out[1] = mp < 10 ? mp + 3 : mp - 9;
    out[0] = yoe + 400 * era + (out[1] <= 2);
}

/* The measures of GET TIME VALUE. 1 January of the year 0 was a Saturday. */
static double date_part(double days, double measure, bool is_360)
{
    double date[3], day = dtn_floor(days), seconds = (days - day) * 86400;
    civil_date(day, is_360, date);
    switch (to_choice(measure)) {
    case 1: return date[0];
    case 2: return dtn_floor((date[1] - 1) / 3) + 1;
    case 3: return date[1];
    case 4: return date[2];
    case 5: return day + 6 - 7 * dtn_floor((day + 6) / 7);
    case 6: return day;
    case 7: return dtn_floor(seconds / 3600);
    case 8: return dtn_floor(seconds / 60) - 60 * dtn_floor(seconds / 3600);
    case 9: return seconds - 60 * dtn_floor(seconds / 60);
    case 10: return dtn_fmod(dtn_floor(days * 86400), 500000);
    default: return NAN;
    }
}

/* ---- The whole -------------------------------------------------------------------------- */

size_t dtn_vector_work(const dtn_vector *v)
{
    switch (v->fn) {
    case DTN_VECTOR_INVERT: return (size_t)v->n * v->n;
    case DTN_VECTOR_FIND_ZERO: return dtn_find_zero_work(v->n);
    case DTN_VECTOR_SELECT:
    case DTN_VECTOR_REORDER:
    case DTN_VECTOR_MARKET:
    case DTN_VECTOR_DEMAND:
    case DTN_VECTOR_SUPPLY:
    case DTN_VECTOR_ALLOCATE:
    case DTN_VECTOR_ON_TRACK:
    case DTN_VECTOR_PROFILE:
    case DTN_VECTOR_QUEUE:
    case DTN_VECTOR_QUEUE_ATTRIB:
    case DTN_VECTOR_DATE: return 0;
    default: return (size_t)4 * v->n;
    }
}

static void one_lane(const dtn_vector *v, const double *in, double *out, double *work)
{
    uint32_t n = v->n, m = v->m;
    switch (v->fn) {
    case DTN_VECTOR_SELECT: out[0] = select_rows(n, in, in + n, in + 2 * n); break;
    case DTN_VECTOR_SORT_ORDER: sort_order(n, in, in[n] > 0, out, work); break;
    case DTN_VECTOR_RANK: rank(n, in, in[n] > 0, out, work); break;
    case DTN_VECTOR_REORDER: reorder(n, in, in + n, out); break;
    case DTN_VECTOR_ELEMENT_RANK:
        out[0] = element_rank(n, in, m ? in + n : NULL, in[n + m], work);
        break;
    case DTN_VECTOR_LOOKUP: out[0] = vector_lookup(n, in, in + n, work); break;
    case DTN_VECTOR_INVERT: invert(n, in, in[n * n], out, work); break;
    case DTN_VECTOR_ALLOCATE: allocate(n, in, in + n, in[n + n * N_PROFILE], out); break;
    case DTN_VECTOR_PRIORITY: allocate_by_priority(n, in, out, work); break;
    case DTN_VECTOR_MARKET: {
        const double *supply = in + n + n * N_PROFILE;
        market k = {n, m, in, in + n, supply, supply + m, 0};
        out[0] = find_price(&k);
        break;
    }
    case DTN_VECTOR_DEMAND: out[0] = demand_at(in[0], in + 1, in[1 + N_PROFILE]); break;
    case DTN_VECTOR_SUPPLY: out[0] = supply_at(in[0], in + 1, in[1 + N_PROFILE]); break;
    case DTN_VECTOR_PRICE: out[0] = priority_price(n, in, work); break;
    case DTN_VECTOR_INTERPOLATE: out[0] = interpolate(n, m, in, in + n, work); break;
    case DTN_VECTOR_RATE: out[0] = rate_of_return(n, in, work); break;
    case DTN_VECTOR_PROFILE:
    case DTN_VECTOR_QUEUE:
    case DTN_VECTOR_QUEUE_ATTRIB: out[0] = dtn_vector_of_logs(v, in); break;
    case DTN_VECTOR_DATE: out[0] = date_part(in[0], in[1], in[2] != 0); break;
    case DTN_VECTOR_ON_TRACK: out[0] = dtn_track_first(n, m, in); break;
    case DTN_VECTOR_FIND_ZERO: dtn_find_zero(n, in, out, work); break;
    }
}

void dtn_vector_run(const dtn_machine *m, const dtn_vector *v, const double *in, double *out)
{
    double *args = m->work, *results = args + v->n_in, *work = results + v->n_out;
    for (uint32_t lane = 0; lane < m->n_lane; lane++) {
        for (uint32_t i = 0; i < v->n_in; i++)
            args[i] = in[(size_t)i * m->stride + lane];
        one_lane(v, args, results, work);
        for (uint32_t i = 0; i < v->n_out; i++)
            out[(size_t)i * m->stride + lane] = results[i];
    }
}
