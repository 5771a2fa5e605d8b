/* What is computed from the logs of a run: delays of any shape, and the ages and attributes in a queue.
 *
 * DELAY PROFILE: what came in at a step comes out over the steps after it, as the profile says. Its x
 * axis is stretched so that the mean of the distribution is the delay time of that step; what lies within half a
 * step of k steps comes out k steps later, and nothing at once. So nothing is lost and the mean delay is
 * the delay time, wherever the profile begins after half a step. Before the start the input grew
 * exponentially, from where it gives the initial output.
 *
 * QUEUE FIFO: what is in a queue is what came in last, as much as its level is. So the log of the
 * inflows is enough: from the newest back until the level is reached, then what was there at the
 * start, whose ages are dt, 2 dt ... up to the age range and one step more, in the proportions of the profile at
 * these places. An attribute is kept as it was when its part came in, less what all have changed until then.
 *
 * Source: Vensim reference manual, DELAY PROFILE, QUEUE FIFO, QUEUE FIFO ATTRIB and QUEUE functions.
 * The manual does not say how the profile is cut into steps: that is ours.
 */
#include "compile/interp.h"

#include <math.h>

/* Pairs x, y: a profile, never below 0. */
typedef struct profile {
    uint32_t n;
    const double *points;
} profile;

static double height_at(const profile *p, double x)
{
    const double *v = p->points;
    if (p->n == 0)
        return 0;
    if (x <= v[0])
        return v[1];
    for (uint32_t i = 1; i < p->n; i++)
        if (x <= v[2 * i]) {
            const double wide = v[2 * i] - v[2 * i - 2];
            const double part = wide > 0 ? (x - v[2 * i - 2]) / wide : 1;
            return v[2 * i - 1] + part * (v[2 * i + 1] - v[2 * i - 1]);
        }
    return v[2 * p->n - 1];
}

/* ---- Delays of any shape -------------------------------------------------------------------------- */

/* Area below the profile from its first point to x. */
static double area_to(const profile *p, double x)
{
    const double *v = p->points;
    double sum = 0;
    for (uint32_t i = 1; i < p->n && v[2 * i - 2] < x; i++) {
        const double end = v[2 * i] < x ? v[2 * i] : x;
        sum += (end - v[2 * i - 2]) * (v[2 * i - 1] + height_at(p, end)) / 2;
    }
    return sum;
}

/* Mean of x under the profile: each piece's own, by its area. */
static double mean_of(const profile *p, double all)
{
    const double *v = p->points;
    double sum = 0;
    for (uint32_t i = 1; i < p->n; i++) {
        const double a = v[2 * i - 2], b = v[2 * i], ya = v[2 * i - 1], yb = v[2 * i + 1];
        sum += (b - a) * (ya * (2 * a + b) + yb * (a + 2 * b)) / 6;
    }
    return sum / all;
}

typedef struct response {
    profile p;
    double all, mean, dt;
} response;

/* The part that has come out until k steps after it came in. */
static double out_until(const response *r, double k, double time)
{
    if (k < 1)
        return 0;
    const double x = (k + 0.5) * r->dt * (time > 0 ? r->mean / time : INFINITY);
    const double last = r->p.points[2 * r->p.n - 2];
    return x >= last ? 1 : area_to(&r->p, x) / r->all;
}

/* What the input before the start still gives, `now` steps after it. */
static double of_before(const response *r, double now, double init, double growth, double time)
{
    double all = 0, left = 0, before = 0;
    const double rate = growth * r->dt;
    for (double k = 1; before < 1 && k < 1e6; k++) {
        const double until = out_until(r, k, time), part = until - before;
        before = until;
        all += part * dtn_exp(-rate * k);
        if (k > now)
            left += part * dtn_exp(-rate * (k - now));
    }
    return all > 0 ? init * left / all : 0;
}

enum { BEFORE, STEP, INIT, GROWTH, FIRST_TIME, N_DELAY };

/* in: inputs[n], delay times[n], steps before, dt, initial output, growth, delay time of the start,
 * (x, y)[m] */
static double delay_by_profile(uint32_t n, uint32_t m, const double *in)
{
    const double *times = in + n, *rest = times + n;
    response r = {{m, rest + N_DELAY}, 0, 0, rest[STEP]};
    const uint32_t now = rest[BEFORE] > 0 ? (uint32_t)(rest[BEFORE] + 0.5) : 0;
    if (m < 2)
        return NAN;
    r.all = area_to(&r.p, r.p.points[2 * m - 2]);
    r.mean = mean_of(&r.p, r.all);
    if (!(r.all > 0) || !(r.mean > 0))
        return NAN;
    double out = of_before(&r, now, rest[INIT], rest[GROWTH], rest[FIRST_TIME]);
    for (uint32_t i = 0; i < now && i < n; i++) {
        const double k = now - i;
        out += in[i] * (out_until(&r, k, times[i]) - out_until(&r, k - 1, times[i]));
    }
    return out;
}

/* ---- Queues ------------------------------------------------------------------------------------------ */

enum {
    SO_FAR,
    DT,
    LEVEL,
    WHAT,
    LOW,
    HIGH,
    AT_START,
    RANGE,
    CHANGED,
    FIRST_ATTRIBUTE,
    POINTS,
    N_QUEUE
};

typedef struct queue {
    uint32_t n; /* rows of the logs */
    const double *inflows, *attributes, *rest;
    profile ages, by_age;
    uint32_t now, n_old; /* steps before this one; parts that were there at the start */
    double weights;      /* of these, together */
} queue;

/* Place in a profile, which runs over the age range. */
static double at_age(const queue *q, const profile *p, uint32_t k)
{
    const double first = p->points[0], wide = p->points[2 * p->n - 2] - first;
    return height_at(p, q->rest[RANGE] > 0 ? first + wide * (k * q->rest[DT] / q->rest[RANGE])
                                           : first);
}

static double weight_at(const queue *q, uint32_t k)
{
    const double w = q->weights == 0 || q->ages.n == 0 ? 1 : at_age(q, &q->ages, k);
    return w > 0 ? w : 0;
}

static queue make_queue(uint32_t n, uint32_t m, bool has_attribute, const double *in)
{
    const double *rest = in + (has_attribute ? 2 : 1) * (size_t)n;
    queue q = {n, in, has_attribute ? in + n : NULL, rest, {0, NULL}, {0, NULL}, 0, 1, 1};
    const double steps = rest[RANGE] / rest[DT] + 1e-9;
    const uint32_t n_age = (uint32_t)rest[POINTS];
    q.ages = (profile){n_age, rest + N_QUEUE};
    q.by_age = (profile){m - n_age, rest + N_QUEUE + 2 * (size_t)n_age};
    q.now = rest[SO_FAR] > 0 ? (uint32_t)(rest[SO_FAR] + 0.5) : 0;
    q.now = q.now < n ? q.now : n;
    if (steps > 0 && steps < 1e6)
        q.n_old = (uint32_t)steps + 1;
    double sum = 0;
    for (uint32_t k = 0; k < q.n_old; k++)
        sum += weight_at(&q, k);
    q.weights = sum;
    if (sum == 0) /* a profile of zeros: evenly */
        q.n_old = q.n_old > 0 ? q.n_old : 1;
    return q;
}

/* The i-th part from the newest: how much came in, its age, its attribute. */
static double part_at(const queue *q, uint32_t i, double *age, double *attribute)
{
    const uint32_t k = i - q->now;
    *age = (i + 1) * q->rest[DT];
    if (i < q->now) {
        const uint32_t at = q->now - 1 - i;
        *attribute = q->attributes ? q->attributes[at] + q->rest[CHANGED] : 0;
        return q->inflows[at] * q->rest[DT];
    }
    *attribute = q->by_age.n > 0
                     ? q->rest[FIRST_ATTRIBUTE] * at_age(q, &q->by_age, k) + q->rest[CHANGED]
                     : 0;
    return q->rest[AT_START] * weight_at(q, k) / (q->weights > 0 ? q->weights : q->n_old);
}

/* Those that the level still holds: their number, and how much of the oldest is left. */
static uint32_t parts_of(const queue *q, double *oldest)
{
    const uint32_t n = q->now + q->n_old;
    double left = q->rest[LEVEL], age, attribute, was = 0;
    for (uint32_t i = 0; i < n; i++) {
        const double amount = part_at(q, i, &age, &attribute);
        if (amount >= left * (1 - 1e-12)) {
            *oldest = left;
            return i + 1;
        }
        left -= amount;
        was = amount;
    }
    *oldest = was + left; /* what rounding left over */
    return n;
}

enum {
    AGE_AVERAGE,
    AGE_IN_RANGE,
    AGE_OLDEST,
    ATTRIBUTE_AVERAGE,
    ATTRIBUTE_QUANTITY,
    ATTRIBUTE_IN_RANGE,
    ATTRIBUTE_MIN,
    ATTRIBUTE_MAX
};

static bool is_within(const queue *q, double age)
{
    const double slack = 1e-9 * (1 + fabs(age)), low = q->rest[LOW], high = q->rest[HIGH];
    return (low == DTN_VENSIM_NA || age >= low - slack) &&
           (high == DTN_VENSIM_NA || age <= high + slack);
}

/* Of the oldest parts: their mean age or attribute, or as many as have some attribute together. */
static double of_oldest(const queue *q, uint32_t n, double oldest, int what)
{
    const double wanted = q->rest[LOW];
    double left = wanted > 0 && wanted < q->rest[LEVEL] && what != ATTRIBUTE_QUANTITY
                      ? wanted
                      : q->rest[LEVEL];
    double sum = 0, taken = 0, age, attribute;
    for (uint32_t i = n; i-- > 0 && left > 0;) {
        double amount = part_at(q, i, &age, &attribute);
        amount = i + 1 == n ? oldest : amount;
        amount = amount < left ? amount : left;
        if (what == ATTRIBUTE_QUANTITY && sum + amount * attribute >= wanted)
            return attribute > 0 ? taken + (wanted - sum) / attribute : taken;
        sum += amount * (what == AGE_AVERAGE ? age : attribute);
        taken += amount;
        left -= amount;
    }
    return what == ATTRIBUTE_QUANTITY ? q->rest[LEVEL] : taken > 0 ? sum / taken : 0;
}

static double extreme_attribute(const queue *q, uint32_t n, bool is_max)
{
    double best = 0, age, attribute;
    bool any = false;
    for (uint32_t i = 0; i < n; i++) {
        if (part_at(q, i, &age, &attribute) == 0 || (any && (attribute > best) != is_max))
            continue;
        best = attribute;
        any = true;
    }
    return best;
}

/* in: inflows[n], attributes[n] or none, steps before, dt, level, which figure, its two arguments, level
 * and age range of the start, change of all attributes so far, initial attribute, points of the profile,
 * (x, y)[m] of it and of the attributes' */
static double queue_figure(uint32_t n, uint32_t m, bool has_attribute, const double *in)
{
    const queue q = make_queue(n, m, has_attribute, in);
    const int what = (int)q.rest[WHAT];
    double oldest = 0, age, attribute, sum = 0;
    if (isnan(q.rest[LEVEL]))
        return NAN;
    if (q.rest[LEVEL] < 0) /* as if it were all of the step before */
        return what == AGE_AVERAGE || what == AGE_OLDEST           ? q.rest[DT]
               : what == AGE_IN_RANGE && is_within(&q, q.rest[DT]) ? q.rest[LEVEL]
                                                                   : 0;
    if (q.rest[LEVEL] == 0)
        return 0;
    const uint32_t count = parts_of(&q, &oldest);
    if (what == AGE_OLDEST)
        return count * q.rest[DT];
    if (what == ATTRIBUTE_MIN || what == ATTRIBUTE_MAX)
        return extreme_attribute(&q, count, what == ATTRIBUTE_MAX);
    if (what != AGE_IN_RANGE && what != ATTRIBUTE_IN_RANGE)
        return of_oldest(&q, count, oldest, what);
    for (uint32_t i = 0; i < count; i++) {
        const double amount = part_at(&q, i, &age, &attribute);
        if (is_within(&q, what == AGE_IN_RANGE ? age : attribute))
            sum += i + 1 == count ? oldest : amount;
    }
    return sum;
}

double dtn_vector_of_logs(const dtn_vector *v, const double *in)
{
    switch (v->fn) {
    case DTN_VECTOR_PROFILE: return delay_by_profile(v->n, v->m, in);
    case DTN_VECTOR_QUEUE: return queue_figure(v->n, v->m, false, in);
    default: return queue_figure(v->n, v->m, true, in);
    }
}
