/* How many died, and who: "killed 23 soldiers", "at least 35 civilians were killed", "dozens of
 * deaths", "killing between ten and fifteen people".
 *
 * A count is read from the words before a noun: digits or number words, with what bounds them.
 * "At least 35" and "more than 200" leave the upper bound open, "up to 50" the lower one; "dozens"
 * is 24 or more. Wounded are not counted: the verb or noun decides.
 */
#include "events/inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BEFORE 8 /* words before a noun in which its count stands */

/* ---- Numbers ---------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    double value;
} number_words[] = {{"zero", 0},     {"one", 1},        {"two", 2},         {"three", 3},
                    {"four", 4},     {"five", 5},       {"six", 6},         {"seven", 7},
                    {"eight", 8},    {"nine", 9},       {"ten", 10},        {"eleven", 11},
                    {"twelve", 12},  {"thirteen", 13},  {"fourteen", 14},   {"fifteen", 15},
                    {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18},   {"nineteen", 19},
                    {"twenty", 20},  {"thirty", 30},    {"forty", 40},      {"fifty", 50},
                    {"sixty", 60},   {"seventy", 70},   {"eighty", 80},     {"ninety", 90},
                    {"dozen", 12},   {"hundred", 100},  {"thousand", 1000}, {"million", 1e6}};

/* Least number that a vague word stands for. */
static const struct {
    const char *word;
    double least;
} vague_words[] = {{"dozens", 24}, {"scores", 40}, {"hundreds", 200}, {"thousands", 2000},
                   {"several", 3}, {"many", 3},    {"numerous", 3},   {"few", 3}};

static bool small_word(const char *word, size_t n, double *value)
{
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++)
        if (strlen(number_words[i].word) == n && memcmp(number_words[i].word, word, n) == 0) {
            *value = number_words[i].value;
            return true;
        }
    return false;
}

/* "1,200", "23", "twenty-three", "twelve" */
static bool number_of(const dtn_word *w, double *value)
{
    char digits[24];
    size_t n = 0;
    for (const char *p = w->form; *p && n + 1 < sizeof digits; p++)
        if (*p != ',')
            digits[n++] = *p;
    if (n && digits[0] >= '0' && digits[0] <= '9')
        return dtn_text_to_double(digits, n, value);
    const char *dash = strchr(w->lemma, '-');
    double tens = 0;
    if (!dash)
        return small_word(w->lemma, strlen(w->lemma), value);
    if (!small_word(w->lemma, (size_t)(dash - w->lemma), &tens) ||
        !small_word(dash + 1, strlen(dash + 1), value))
        return false;
    *value += tens;
    return true;
}

static bool vague_of(const dtn_word *w, double *least)
{
    for (size_t i = 0; i < sizeof vague_words / sizeof *vague_words; i++)
        if (strcmp(w->lemma, vague_words[i].word) == 0 ||
            strcmp(w->form, vague_words[i].word) == 0) {
            *least = vague_words[i].least;
            return true;
        }
    return false;
}

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

static void note_bound(bound *b, const dtn_word *words, uint32_t i)
{
    const char *lemma = words[i].lemma;
    b->is_least |= dtn_one_of(lemma, "least|more|over|exceed|above|least.") ||
                   dtn_one_of(words[i].form, "least");
    b->is_most |= dtn_one_of(lemma, "most|nearly|almost|under|below") ||
                  (strcmp(lemma, "up") == 0 && strcmp(words[i + 1].lemma, "to") == 0);
}

bool dtn_count_of(const dtn_word *words, uint32_t n, uint32_t head, double *min, double *max)
{
    if (head >= n)
        return false;
    double values[2] = {0, 0}, least = 0, value = 0;
    size_t n_value = 0;
    bool is_vague = vague_of(&words[head], &least), in_number = false;
    bound b = {false, false};
    for (uint32_t i = head > MAX_BEFORE ? head - MAX_BEFORE : 0; i <= head; i++) {
        if (!is_below(words, i, head)) {
            in_number = false;
            continue;
        }
        if (i + 1 < n)
            note_bound(&b, words, i);
        if (vague_of(&words[i], &least)) { /* "dozens", before its lemma is taken for twelve */
            is_vague = true;
            in_number = false;
            continue;
        }
        if (!number_of(&words[i], &value)) {
            in_number = false;
            continue;
        }
        if (in_number && value >= 100) /* two hundred */
            values[n_value - 1] *= value;
        else if (in_number && value < values[n_value - 1])
            values[n_value - 1] += value;
        else if (n_value < 2)
            values[n_value++] = value;
        in_number = true;
    }
    if (n_value == 2 && values[1] > values[0]) { /* ten to fifteen */
        *min = values[0];
        *max = values[1];
        return true;
    }
    if (n_value) {
        *min = b.is_most && !b.is_least ? NAN : values[0];
        *max = b.is_least ? NAN : values[0];
        return true;
    }
    *min = least;
    *max = NAN;
    return is_vague;
}

/* ---- Deaths ----------------------------------------------------------------------------------- */

static const char kill_verbs[] =
    "kill|slay|martyr|massacre|murder|slaughter|assassinate|behead|execute";
static const char death_nouns[] = "death|killing|fatality|dead|fatalities|martyrdom";

/* Who died, by the word that says so; DTN_NO_WORD: nobody named. */
static uint32_t victims_of(const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    if (dtn_one_of(w->lemma, kill_verbs)) {
        uint32_t v = dtn_child(words, p, "obj");
        if (v == DTN_NO_WORD)
            v = dtn_child(words, p, "nsubj:pass");
        if (v == DTN_NO_WORD && dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBN") == 0)
            v = w->head;
        return v;
    }
    if (strcmp(w->lemma, "die") == 0 || strcmp(w->lemma, "perish") == 0)
        return dtn_child(words, p, "nsubj");
    if (strcmp(w->lemma, "dead") == 0) { /* left 20 dead; 20 people dead */
        const uint32_t subject = dtn_child(words, p, "nsubj");
        if (subject != DTN_NO_WORD)
            return subject;
        if (w->head != DTN_NO_WORD && dtn_is_rel(w, "xcomp"))
            return dtn_child(words, w->head, "obj");
        return dtn_is_rel(w, "amod") || dtn_is_rel(w, "acl") ? w->head : p;
    }
    if (dtn_one_of(w->lemma, death_nouns)) {
        for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
            const uint32_t marker = dtn_child(words, c, "case");
            if (dtn_is_rel(&words[c], "nmod") && marker != DTN_NO_WORD &&
                dtn_one_of(words[marker].lemma, "of|among"))
                return c;
        }
        return p; /* 35 deaths */
    }
    return DTN_NO_WORD;
}

bool dtn_toll_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t trigger,
                 int64_t day, dtn_toll *out)
{
    uint32_t best = DTN_NO_WORD, nearest = UINT32_MAX;
    dtn_toll found = {NAN, NAN, ""};
    for (uint32_t p = 0; p < n; p++) {
        const uint32_t victims = victims_of(words, p);
        const uint32_t apart = p > trigger ? p - trigger : trigger - p;
        if (victims == DTN_NO_WORD || apart >= nearest ||
            !(is_below(words, p, trigger) || is_below(words, trigger, p)))
            continue;
        double min = NAN, max = NAN;
        const bool is_one = strcmp(words[victims].xtag, "NN") == 0 &&
                            !dtn_one_of(words[victims].lemma, death_nouns) &&
                            dtn_child(words, victims, "det") != DTN_NO_WORD;
        if (!dtn_count_of(words, n, victims, &min, &max)) {
            if (!is_one)
                continue;
            min = max = 1; /* "killing a soldier" */
        }
        best = victims;
        nearest = apart;
        found.min = min;
        found.max = max;
    }
    if (best == DTN_NO_WORD)
        return false;
    dtn_actor who;
    found.of[0] = '\0';
    if (dtn_actor_of(ew, words, n, best, day, &who))
        dtn_actor_code(&who, found.of);
    *out = found;
    return true;
}
