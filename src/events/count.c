/* Counts before a noun: "at least 35", "two hundred and thirty-one", "two to three dozen", "dozens of".
 *
 * A count is what the words before a noun say by their order, since the tree often parts the words of a number. "At
 * least 35" and "more than 200" leave the upper bound open, "up to 50" the lower one; "dozens" is 24 or more. Ages and
 * other measures ("12-year-old", "30 percent more"), parts of something ("one in five") and days of a date count
 * nobody.
 */
#include "events/inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_BEFORE 12 /* words before a noun in which its count stands */

static const struct {
    const char *word;
    double value;
} number_words[] = {{"zero", 0},     {"one", 1},        {"two", 2},       {"three", 3},
                    {"four", 4},     {"five", 5},       {"six", 6},       {"seven", 7},
                    {"eight", 8},    {"nine", 9},       {"ten", 10},      {"eleven", 11},
                    {"twelve", 12},  {"thirteen", 13},  {"fourteen", 14}, {"fifteen", 15},
                    {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
                    {"twenty", 20},  {"thirty", 30},    {"forty", 40},    {"fifty", 50},
                    {"sixty", 60},   {"seventy", 70},   {"eighty", 80},   {"ninety", 90}};

static const struct {
    const char *word;
    double value;
} scales[] = {
    {"dozen", 12}, {"hundred", 100}, {"thousand", 1000}, {"million", 1e6}, {"billion", 1e9}};

/* Least number that a vague word stands for. */
static const struct {
    const char *word;
    double least;
} vague_words[] = {{"tens", 20},        {"dozens", 24},    {"scores", 40}, {"hundreds", 200},
                   {"thousands", 2000}, {"millions", 2e6}, {"several", 3}, {"couple", 2},
                   {"many", 3},         {"numerous", 3},   {"few", 3}};

static bool is_form(const dtn_word *w, const char *form) { return strcasecmp(w->form, form) == 0; }

static bool small_word(const char *word, size_t n, double *value)
{
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++)
        if (strlen(number_words[i].word) == n && strncasecmp(number_words[i].word, word, n) == 0) {
            *value = number_words[i].value;
            return true;
        }
    return false;
}

static bool scale_of(const dtn_word *w, double *value)
{
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (is_form(w, scales[i].word)) {
            *value = scales[i].value;
            return true;
        }
    return false;
}

static bool vague_of(const dtn_word *w, double *least)
{
    if (strcmp(w->xtag, "JJR") == 0) /* "fewer" */
        return false;
    for (size_t i = 0; i < sizeof vague_words / sizeof *vague_words; i++)
        if (is_form(w, vague_words[i].word)) {
            *least = vague_words[i].least;
            return true;
        }
    return false;
}

/* "1,200", "23", "12.000" (its thousands), "1.5" (*is_part), "twelve", "twenty-three" in a word. */
static bool number_of(const dtn_word *w, double *value, bool *is_part)
{
    char digits[24];
    size_t n = 0;
    const char *dot = strchr(w->form, '.'), *dash = strchr(w->form, '-');
    const bool is_grouped = dot && dot > w->form && dot - w->form <= 3 &&
                            strspn(dot + 1, "0123456789") == 3 && dot[4] == '\0';
    *is_part = false;
    for (const char *p = w->form; *p && n + 1 < sizeof digits; p++)
        if (*p != ',' && !(is_grouped && *p == '.'))
            digits[n++] = *p;
    if (n && digits[0] >= '0' && digits[0] <= '9') {
        *is_part = dot && !is_grouped;
        return dtn_text_to_double(digits, n, value);
    }
    double tens = 0;
    if (!dash)
        return small_word(w->form, strlen(w->form), value);
    if (!small_word(w->form, (size_t)(dash - w->form), &tens) || tens < 20 ||
        !small_word(dash + 1, strlen(dash + 1), value))
        return false;
    *value += tens;
    return true;
}

bool dtn_is_number(const dtn_word *w)
{
    double value = 0;
    bool is_part = false;
    return number_of(w, &value, &is_part) || scale_of(w, &value) || vague_of(w, &value);
}

/* ---- One number -------------------------------------------------------------------------------- */

typedef struct number {
    uint32_t begin, end; /* its words */
    double value, scale; /* scale: of its last "dozen", "hundred"; 1: none */
    bool is_vague;       /* value: the least */
} number;

static bool is_digits(const dtn_word *w, size_t least, size_t most)
{
    const size_t n = strlen(w->form);
    return n >= least && n <= most && strspn(w->form, "0123456789") == n;
}

/* Is word i the 5 of "November 5" or "5 November"? */
static bool is_day(const dtn_word *w, uint32_t n, uint32_t i)
{
    char date[22];
    uint32_t at = 0, to = 0;
    const bool is_after_day = i > 1 && is_digits(&w[i - 2], 1, 2); /* "5 November 12 people" */
    return is_digits(&w[i], 1, 2) &&
           ((i > 0 && !is_after_day && dtn_date_in(w, i - 1, i, DTN_NO_DAY, date, &at, &to) &&
             at < i && to == i) ||
            (i + 1 < n && dtn_date_in(w, i, i + 1, DTN_NO_DAY, date, &at, &to) && at == i &&
             to == i + 1));
}

/* "Several dozen", "a few hundred", "a couple of dozen", "tens of thousands", "dozens". */
static bool read_vague(const dtn_word *w, uint32_t n, uint32_t i, number *out)
{
    double scale = 0;
    uint32_t k = i + (i + 1 < n && dtn_one_of(w[i].lemma, "a|an"));
    if (!vague_of(&w[k], &out->value) || (k + 1 < n && is_form(&w[k + 1], "as")))
        return false; /* "as many as" */
    *out = (number){i, k + 1, out->value, 1, true};
    k += 1 + (k + 2 < n && is_form(&w[k + 1], "of"));
    if (k >= n)
        return true;
    if (scale_of(&w[k], &scale) && out->value < 20) {
        out->value = 2 * scale;
        out->end = k + 1;
    } else if (out->value >= 20 && (is_form(&w[k], "thousands") || is_form(&w[k], "millions"))) {
        out->value *= is_form(&w[k], "thousands") ? 1e3 : 1e6;
        out->end = k + 1;
    }
    return true;
}

/* "Half a dozen", "half a million". */
static bool read_half(const dtn_word *w, uint32_t n, uint32_t i, number *out)
{
    uint32_t k = i + (i + 1 < n && dtn_one_of(w[i].lemma, "a|an"));
    if (!is_form(&w[k], "half"))
        return false;
    k++;
    k += k < n && dtn_one_of(w[k].lemma, "a|an|-");
    double scale = 0;
    if (k >= n || !scale_of(&w[k], &scale))
        return false;
    *out = (number){i, k + 1, scale / 2, scale, false};
    return true;
}

/* What may follow the words read so far: their sum, and the part below the last thousand. */
typedef struct sum {
    double total, current, scale;
    bool has_digits, is_part;
} sum;

/* One more word of a number at k; its words, 0: it ends. */
static uint32_t read_part(const dtn_word *w, uint32_t n, uint32_t begin, uint32_t k, sum *s)
{
    double value = 0;
    bool is_part = false;
    const bool is_first = k == begin;
    if (!is_first && k + 1 < n && is_form(&w[k], "and")) {
        if (k + 3 < n && dtn_one_of(w[k + 1].lemma, "a|an") && is_form(&w[k + 2], "half") &&
            scale_of(&w[k + 3], &value) && s->scale == 1) {
            s->current += 0.5; /* two and a half thousand */
            return 3;
        }
        /* two hundred and thirty-one; not "nine and twenty" */
        if (s->scale < 100 || s->current >= 1000 ||
            !small_word(w[k + 1].form, strlen(w[k + 1].form), &value))
            return 0;
        s->current += value;
        s->scale = 1;
        return 2;
    }
    if (scale_of(&w[k], &value)) {
        const double times = s->current > 0 ? s->current : 1;
        if (value > 100) {
            s->total += times * value;
            s->current = 0;
        } else {
            s->current = times * value;
        }
        s->scale = value;
        s->is_part = false;
        return 1;
    }
    const uint32_t dash = !is_first && strcmp(w[k].form, "-") == 0 && k + 1 < n;
    if (!number_of(&w[k + dash], &value, &is_part))
        return 0;
    const bool is_word = w[k + dash].form[0] > '9';
    const bool is_ones = is_word && value > 0 && value < 10 && s->current >= 20 &&
                         fmod(s->current, 10) == 0 && fmod(s->current, 100) != 0 &&
                         !s->has_digits && s->scale == 1;
    const bool is_behind_scale = !dash && s->scale >= 100 && value < s->scale && is_word;
    const bool is_group = !dash && !is_first && s->has_digits && s->scale == 1 &&
                          is_digits(&w[k], 3, 3) && is_digits(&w[k - 1], 1, 3);
    if (is_first)
        s->current = value;
    else if (is_group)
        s->current = s->current * 1000 + value; /* 10 000 */
    else if (is_ones || is_behind_scale)
        s->current += value;
    else
        return 0;
    s->scale = 1;
    s->has_digits = !is_word;
    s->is_part = is_part;
    return 1 + dash;
}

static bool read_number(const dtn_word *w, uint32_t n, uint32_t i, number *out)
{
    sum s = {0, 0, 1, false, false};
    double value = 0;
    uint32_t k = i, used = 1;
    if (read_vague(w, n, i, out) || read_half(w, n, i, out))
        return true;
    if (is_day(w, n, i))
        return false;
    if (dtn_one_of(w[i].lemma, "a|an") && i + 1 < n && scale_of(&w[i + 1], &value))
        k++; /* a hundred */
    for (const uint32_t first = k; k < n && used > 0; k += used)
        used = read_part(w, n, first, k, &s);
    if (k == i || (s.is_part && s.scale == 1))
        return false;
    *out = (number){i, k, s.total + s.current, s.scale, false};
    return true;
}

static const char measures[] =
    "percent|per|%|year|month|week|day|hour|minute|time|kilometre|kilometer|km|mile|metre|meter|point|"
    "percentage|degree|foot|ton|tonne|litre|kilogram|kg|dollar|rupee|euro|quarter|third|fifth|tenth|half";

bool dtn_is_measure(const dtn_word *w) { return dtn_one_of(w->lemma, measures); }

/* "12-year-old", "30 percent", "5 km", "one in five", "40-strong": no count of people. */
static bool is_measure(const dtn_word *w, uint32_t n, const number *x, uint32_t head)
{
    uint32_t k = x->end;
    if (k >= n)
        return false;
    if (strcmp(w[k].form, "-") == 0 && k + 1 < n) {
        double value = 0;
        bool is_part = false;
        if (number_of(&w[k + 1], &value, &is_part))
            return false; /* 15-20 */
        return k + 1 <= head && w[k].begin == w[k - 1].end && w[k + 1].begin == w[k].end;
    }
    return dtn_is_measure(&w[k]) ||
           (strcmp(w[k].lemma, "in") == 0 && k + 1 < n && dtn_is_number(&w[k + 1]));
}

/* ---- The numbers before a noun -------------------------------------------------------------------- */

static bool is_below(const dtn_word *words, uint32_t i, uint32_t head)
{
    for (uint32_t steps = 0; i != DTN_NO_WORD && steps < 200; steps++, i = words[i].head)
        if (i == head)
            return true;
    return false;
}

/* What the words before a number say of it. */
typedef struct bound {
    bool is_least, is_most;
} bound;

/* The words before a number, from its nearest: "more than", "at least", "up to", "no fewer than". */
static bound bound_of(const dtn_word *w, uint32_t begin)
{
    static const char fillers[] = "a|an|the|some|about|around|approximately|roughly|estimate|"
                                  "estimated|another|well|just|far|very|only|between|from|total|of";
    bound b = {false, false};
    for (uint32_t i = begin; i-- > 0;) {
        const char *lemma = w[i].lemma, *before = i > 0 ? w[i - 1].lemma : "";
        const bool has_no = i > 1 && dtn_one_of(w[i - 2].lemma, "no|not|n't");
        if (strcmp(lemma, "than") == 0 && i > 0) {
            const bool is_more = dtn_one_of(w[i - 1].form, "more|More|greater|higher");
            const bool is_less =
                !is_more && dtn_one_of(w[i - 1].form, "fewer|Fewer|less|Less|lower");
            b.is_least |= is_more != has_no && (is_more || is_less);
            b.is_most |= is_more == has_no && (is_more || is_less);
            return b;
        }
        if ((dtn_one_of(lemma, "least|little") || is_form(&w[i], "least")) &&
            dtn_one_of(before, "at|the")) {
            b.is_least = true;
            return b;
        }
        if ((strcmp(lemma, "as") == 0 && strcmp(before, "many") == 0) ||
            (strcmp(lemma, "to") == 0 && dtn_one_of(before, "up|close")) ||
            (dtn_one_of(lemma, "most|many|much") && strcmp(before, "at") == 0) ||
            dtn_one_of(lemma, "nearly|almost|under|below|maximum")) {
            b.is_most = true;
            return b;
        }
        if (dtn_one_of(lemma, "over|above|exceed|minimum|upwards")) {
            b.is_least = true;
            return b;
        }
        if (!dtn_one_of(lemma, fillers))
            return b;
    }
    return b;
}

/* "40 or more people", "40 people or more", "40-plus". */
static void bound_behind(const dtn_word *w, uint32_t n, uint32_t at, bound *b)
{
    if (at < n && dtn_one_of(w[at].lemma, "plus|+"))
        b->is_least = true;
    if (at + 1 < n && is_form(&w[at], "or")) {
        b->is_least |= is_form(&w[at + 1], "more");
        b->is_most |= is_form(&w[at + 1], "less") || is_form(&w[at + 1], "fewer");
    }
}

static bool has_between(const dtn_word *w, uint32_t begin)
{
    uint32_t i = begin;
    while (i > 0 && dtn_one_of(w[i - 1].lemma, "about|around|a|an|some"))
        i--;
    return i > 0 && is_form(&w[i - 1], "between");
}

/* Do the words between the two make them one span: "ten to fifteen", "between ten and fifteen"? */
static bool is_span(const dtn_word *w, const number *a, const number *b)
{
    return a->end + 1 == b->begin && !a->is_vague && !b->is_vague && a->begin < b->begin &&
           (dtn_one_of(w[a->end].form, "to|or|-|–") ||
            (dtn_one_of(w[a->end].form, "and|to") && has_between(w, a->begin)));
}

/* Does the number stand right before the noun, with nothing but what belongs to the noun between? */
static bool is_before(const dtn_word *w, const number *x, uint32_t head)
{
    uint32_t from = x->end;
    if (from + 1 < head && is_form(&w[from], "or") &&
        dtn_one_of(w[from + 1].form, "more|so|less|fewer"))
        from += 2;
    for (uint32_t i = from; i < head; i++)
        if (w[i].tag != DTN_TAG_ADJ && w[i].tag != DTN_TAG_NOUN && w[i].tag != DTN_TAG_PROPN &&
            strcmp(w[i].xtag, "VBN") != 0 && strcmp(w[i].xtag, "HYPH") != 0)
            return false;
    return true;
}

static bool is_of_noun(const dtn_word *w, const number *x, uint32_t head)
{
    if (x->begin <= head && head < x->end)
        return true;
    if (x->end > head)
        return false;
    for (uint32_t i = x->begin; i < x->end; i++)
        if (is_below(w, i, head))
            return true;
    return is_before(w, x, head);
}

/* The last two numbers that count a noun, in order: begin == end where there are not so many. */
static void numbers_of(const dtn_word *w, uint32_t n, uint32_t head, number found[2])
{
    number x, last = {0};
    found[0] = found[1] = last;
    for (uint32_t i = head > MAX_BEFORE ? head - MAX_BEFORE : 0; i <= head; i++) {
        if (!read_number(w, n, i, &x))
            continue;
        i = x.end - 1;
        if (is_measure(w, n, &x, head))
            continue;
        if (is_of_noun(w, &x, head)) {
            found[0] = last.end && is_span(w, &last, &x) ? last : found[1];
            found[1] = x;
        }
        last = x;
    }
}

static bool has_respectively(const dtn_word *w, uint32_t n, uint32_t from)
{
    for (uint32_t i = from; i < n; i++)
        if (is_form(&w[i], "respectively"))
            return true;
    return false;
}

bool dtn_count_of(const dtn_word *words, uint32_t n, uint32_t head, double *min, double *max)
{
    number found[2], *a = &found[0], *b = &found[1];
    if (head >= n)
        return false;
    numbers_of(words, n, head, found);
    if (!b->end)
        return false;
    if (a->end && is_span(words, a, b)) {
        if (b->scale > 1 && a->scale == 1 && a->value < b->value / b->scale)
            a->value *= b->scale; /* two to three dozen */
        if (a->value < b->value) {
            *min = a->value;
            *max = b->value;
            return true;
        }
    }
    if (a->end && a->end + 1 == b->begin && is_form(&words[a->end], "and") && !a->is_vague &&
        !b->is_vague && has_respectively(words, n, head)) {
        *min = *max = a->value + b->value; /* "eight and five people respectively" */
        return true;
    }
    /* the nearest to the noun, but 12 in "12 of the 40 soldiers" */
    const number *x = a->end && is_form(&words[a->end], "of") ? a : b;
    bound limits = bound_of(words, x->begin);
    bound_behind(words, n, x->end, &limits);
    if (x->end <= head)
        bound_behind(words, n, head + 1, &limits);
    if (x->is_vague) {
        *min = x->value;
        *max = NAN;
        return !limits.is_most;
    }
    *min = limits.is_most && !limits.is_least ? NAN : x->value;
    *max = limits.is_least ? NAN : x->value;
    return true;
}

uint32_t dtn_counted_noun(const dtn_word *words, uint32_t n, uint32_t head)
{
    number x, y;
    if (head >= n || !dtn_is_number(&words[head]))
        return head;
    for (uint32_t i = head > MAX_BEFORE ? head - MAX_BEFORE : 0; i <= head; i++) {
        if (!read_number(words, n, i, &x))
            continue;
        if (x.end <= head) {
            i = x.end - 1;
            continue;
        }
        if (x.end + 1 < n && read_number(words, n, x.end + 1, &y) && is_span(words, &x, &y))
            x = y;
        uint32_t k = x.end;
        if (k + 1 < n && is_form(&words[k], "or") && dtn_one_of(words[k + 1].form, "more|so"))
            k += 2;
        while (k < n && words[k].tag == DTN_TAG_ADJ)
            k++;
        if (k >= n || (words[k].tag != DTN_TAG_NOUN && words[k].tag != DTN_TAG_PROPN) ||
            is_measure(words, n, &x, k))
            return head;
        while (k + 1 < n && words[k + 1].tag == DTN_TAG_NOUN && words[k].head == k + 1)
            k++;
        return k;
    }
    return head;
}
