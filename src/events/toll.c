/* How many died, and who: "killed 23 soldiers", "at least 35 civilians were killed", "dozens of
 * deaths", "killing between ten and fifteen people".
 *
 * A count is read from the words before a noun: digits or number words, with what bounds them.
 * "At least 35" and "more than 200" leave the upper bound open, "up to 50" the lower one; "dozens"
 * is 24 or more. Wounded are not counted: the verb or noun decides.
 */
#include "events/inner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_PEOPLE 1e10 /* more than live: no count of dead */
#define MAX_BEFORE 8     /* words before a noun in which its count stands */

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
} vague_words[] = {{"dozens", 24},      {"scores", 40},  {"hundreds", 200},
                   {"thousands", 2000}, {"several", 3},  {"couple", 2},
                   {"many", 3},         {"numerous", 3}, {"few", 3}};

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
            strcasecmp(w->form, vague_words[i].word) == 0) {
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

/* Where the count before a noun begins by word order: "between 15 and 20", "up to 40", "no fewer than
 * twelve", "twenty-three", whatever the tree makes of it. */
static uint32_t count_begins(const dtn_word *words, uint32_t head)
{
    uint32_t i = head;
    double value = 0;
    while (i > 0 && (number_of(&words[i - 1], &value) ||
                     (i > 1 && i < head && dtn_one_of(words[i - 1].form, "-|and|to|or") &&
                      number_of(&words[i - 2], &value))))
        i--;
    if (i == head || i == 0)
        return head;
    if (dtn_one_of(words[i - 1].lemma, "between|nearly|almost|over|from"))
        return i - 1;
    if (i > 1 && dtn_one_of(words[i - 1].lemma, "to|least|most|than|as") &&
        dtn_one_of(words[i - 2].lemma, "up|at|more|few|less|fewer|many"))
        return i > 2 && dtn_one_of(words[i - 3].lemma, "no|not") ? i - 3 : i - 2;
    return i;
}

/* What the words before a number say of it. */
typedef struct bound {
    bool is_least, is_most;
} bound;

static void note_bound(bound *b, const dtn_word *words, uint32_t i)
{
    const char *lemma = words[i].lemma;
    if (dtn_one_of(lemma, "few|less|fewer") && dtn_one_of(words[i + 1].lemma, "than")) {
        const bool is_no = i > 0 && dtn_one_of(words[i - 1].lemma, "no|not");
        b->is_least |= is_no; /* no fewer than twelve */
        b->is_most |= !is_no;
    }
    b->is_least |= dtn_one_of(lemma, "least|more|over|exceed|above|least.") ||
                   dtn_one_of(words[i].form, "least");
    b->is_most |= strcmp(lemma, "many") == 0 && strcmp(words[i + 1].lemma, "as") == 0;
    b->is_most |= dtn_one_of(lemma, "most|nearly|almost|under|below") ||
                  (strcmp(lemma, "up") == 0 && strcmp(words[i + 1].lemma, "to") == 0);
}

bool dtn_count_of(const dtn_word *words, uint32_t n, uint32_t head, double *min, double *max)
{
    if (head >= n)
        return false;
    double values[2] = {0, 0}, least = 0, value = 0;
    size_t n_value = 0;
    bool is_vague = vague_of(&words[head], &least), in_number = false, is_between = false;
    bool after_dash = false;
    const uint32_t begin = count_begins(words, head);
    bound b = {false, false};
    for (uint32_t i = head > MAX_BEFORE ? head - MAX_BEFORE : 0; i <= head; i++) {
        if (i < begin && !is_below(words, i, head)) {
            in_number = false;
            continue;
        }
        if (i + 1 < n)
            note_bound(&b, words, i);
        if (i < head && dtn_one_of(words[i + 1].lemma, "than"))
            continue;                      /* "fewer than": no "few" */
        if (vague_of(&words[i], &least)) { /* "dozens", before its lemma is taken for twelve */
            is_vague = true;
            in_number = false;
            continue;
        }
        if (strcmp(words[i].lemma, "and") == 0 && n_value == 1 && !is_between) {
            if (!in_number || values[0] < 100)
                break; /* "nine dead and twenty wounded": another count */
            continue;  /* two hundred and fifty */
        }
        is_between |= strcmp(words[i].lemma, "between") == 0;
        if (!number_of(&words[i], &value)) {
            after_dash = in_number && strcmp(words[i].form, "-") == 0;
            in_number = after_dash;
            continue;
        }
        if (after_dash && value >= 10) /* 15-20, but "twenty-three" is one */
            in_number = false;
        after_dash = false;
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
static const char death_nouns[] = "death|killing|fatality|dead|fatalities|martyrdom|body";

static uint32_t of_or_among(const dtn_word *words, uint32_t p)
{
    for (uint32_t c = words[p].first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
        const uint32_t marker = dtn_child(words, c, "case");
        if (dtn_is_rel(&words[c], "nmod") && marker != DTN_NO_WORD &&
            dtn_one_of(words[marker].lemma, "of|among"))
            return c;
    }
    return p;
}

static const char tallies[] = "toll|number|total|tally|figure|count";

/* "Death toll", "number of dead": the count stands beside the verb, the last where one is corrected ("rose
 * from 16 to 19"). */
static uint32_t beside_toll(const dtn_word *words, uint32_t n, uint32_t p)
{
    const uint32_t verb = words[p].head;
    if (verb == DTN_NO_WORD || words[verb].tag == DTN_TAG_NOUN)
        return of_or_among(words, p); /* "took a toll of 12 dead" */
    if (!dtn_one_of(
            words[verb].lemma,
            "rise|risen|climb|reach|stand|be|exceed|pass|increase|jump|revise|put|raise|lower|grow|"
            "correct|mount|update|hit|take|give|place|top"))
        return DTN_NO_WORD;
    uint32_t last = DTN_NO_WORD;
    double value = 0;
    for (uint32_t i = (verb > p ? verb : p) + 1; i < n && !dtn_one_of(words[i].form, ",|;|("); i++)
        if ((number_of(&words[i], &value) || vague_of(&words[i], &value)) &&
            words[i].tag != DTN_TAG_PROPN)
            last = i;
    return last;
}

/* "[Killed] at least 14 soldiers", "over 30 people": an object that the tree took for a phrase of place or time. */
static uint32_t about_so_many(const dtn_word *words, uint32_t p)
{
    static const char measures[] =
        "year|month|week|day|hour|minute|time|kilometre|kilometer|mile|metre|meter|percent";
    for (uint32_t c = words[p].first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
        if (c < p || !dtn_is_rel(&words[c], "obl") || dtn_one_of(words[c].lemma, measures) ||
            dtn_child(words, c, "nummod") == DTN_NO_WORD)
            continue;
        const uint32_t of = dtn_child(words, c, "case");
        if (of == DTN_NO_WORD || (dtn_one_of(words[of].lemma, "over|around|about|between") &&
                                  words[of + 1].tag == DTN_TAG_NUM))
            return c;
    }
    return DTN_NO_WORD;
}

/* The object of "kill", or the subject of its passive. */
static uint32_t killed_by_verb(const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    uint32_t v = dtn_child(words, p, "obj");
    if (v == DTN_NO_WORD)
        v = dtn_child(words, p, "nsubj:pass");
    if (v == DTN_NO_WORD && dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBN") == 0)
        v = w->head;
    if (v == DTN_NO_WORD && dtn_is_rel(w, "conj")) /* "was shot and killed" */
        v = dtn_child(words, w->head, "nsubj:pass");
    const uint32_t aux = dtn_child(words, p, "aux"), up = dtn_child(words, p, "compound");
    if (v == DTN_NO_WORD && aux != DTN_NO_WORD && aux > 0 && aux < p &&
        dtn_child(words, p, "nsubj") == DTN_NO_WORD)
        v = aux - 1; /* "between 15 and 20 rebels were killed", whatever the tree makes of it */
    if (v == DTN_NO_WORD && up != DTN_NO_WORD && strcmp(words[up].form, "up") == 0)
        v = dtn_child(words, p, "obl"); /* "killed up to 50 fighters" */
    return v == DTN_NO_WORD ? about_so_many(words, p) : v;
}

/* "Shot dead two teachers", "left 20 dead", "20 people dead". */
static uint32_t dead_ones(const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    const uint32_t subject = dtn_child(words, p, "nsubj");
    if (dtn_child(words, p, "nummod") != DTN_NO_WORD)
        return p;
    if (subject != DTN_NO_WORD)
        return subject;
    if (dtn_is_rel(w, "nsubj") && w->head != DTN_NO_WORD && w->head > p &&
        dtn_child(words, w->head, "cop") != DTN_NO_WORD)
        return w->head; /* "the dead were six farmers" */
    if (w->head != DTN_NO_WORD && (dtn_is_rel(w, "xcomp") || dtn_is_rel(w, "advmod"))) {
        const uint32_t object = dtn_child(words, w->head, "obj");
        return object != DTN_NO_WORD ? object : dtn_child(words, w->head, "nsubj:pass");
    }
    return dtn_is_rel(w, "amod") || dtn_is_rel(w, "acl") ? w->head : p;
}

/* The subject, or what the tree took for something else: "says [40 civilians] died", "[more than 200
 * fighters] have died". */
static uint32_t died(const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    const uint32_t subject = dtn_child(words, p, "nsubj");
    if (subject != DTN_NO_WORD)
        return subject;
    if (dtn_is_rel(w, "ccomp") && w->head < p) {
        const uint32_t object = dtn_child(words, w->head, "obj");
        if (object != DTN_NO_WORD && object < p)
            return object;
    }
    for (uint32_t c = w->first_child; c != DTN_NO_WORD && c < p; c = words[c].next_sibling)
        if (dtn_is_rel(&words[c], "obl") && dtn_child(words, c, "case") == DTN_NO_WORD)
            return c;
    return DTN_NO_WORD;
}

/* Who died, by the word that says so; DTN_NO_WORD: nobody named. */
static uint32_t named_victims(const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    const uint32_t object = dtn_child(words, p, "obj");
    const bool is_life = object != DTN_NO_WORD && strcmp(words[object].lemma, "life") == 0;
    if (dtn_one_of(w->lemma, kill_verbs) && w->tag == DTN_TAG_VERB)
        return killed_by_verb(words, p);
    if (is_life && strcmp(w->lemma, "lose") == 0)
        return dtn_child(words, p, "nsubj");
    if (is_life && dtn_one_of(w->lemma, "claim|take|cost"))
        return of_or_among(words, object);
    if (dtn_one_of(w->lemma, "die|perish"))
        return died(words, p);
    if (strcmp(w->lemma, "dead") == 0)
        return dead_ones(words, p);
    return dtn_one_of(w->lemma, death_nouns) ? of_or_among(words, p) : DTN_NO_WORD;
}

/* Their word, and the one that counts them: the same, or beside "the number of those killed". */
static uint32_t victims_of(const dtn_word *words, uint32_t n, uint32_t p, uint32_t *counted)
{
    uint32_t who = strcmp(words[p].lemma, "toll") == 0 ? p : named_victims(words, p);
    const uint32_t above = who == DTN_NO_WORD ? DTN_NO_WORD : words[who].head;
    if (above != DTN_NO_WORD && dtn_one_of(words[above].lemma, tallies) &&
        dtn_is_rel(&words[who], "nmod"))
        who = above;
    *counted = who;
    if (who != DTN_NO_WORD && dtn_one_of(words[who].lemma, tallies))
        *counted = beside_toll(words, n, who);
    return *counted == DTN_NO_WORD ? DTN_NO_WORD : who;
}

/* One person: "a soldier", "a Northland commander", "the governor"; not "the army", "a strike". */
static bool is_one(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t i,
                   int64_t day)
{
    static const char many[] = "army|police|military|force|family|crowd|group|militia|government|"
                               "population|public|community|people|navy|opposition|parliament|side";
    const dtn_word *w = &words[i];
    const uint32_t det = dtn_child(words, i, "det|nmod:poss");
    char key[80];
    dtn_actor who;
    (void)snprintf(key, sizeof key, "n:%s", w->lemma);
    if ((strcmp(w->xtag, "NN") != 0 && strcmp(w->xtag, "NNP") != 0) || det == DTN_NO_WORD ||
        dtn_one_of(w->lemma, death_nouns) || dtn_one_of(w->lemma, many) ||
        dtn_map_get(&ew->triggers, key) != DTN_MAP_NONE)
        return false;
    return dtn_one_of(words[det].lemma, "a|an|one") ||
           (dtn_one_of(words[det].lemma, "the|his|her|its|their") &&
            dtn_actor_of(ew, words, n, i, day, &who) && who.sector[0]);
}

/* The count of a phrase alone: what is joined to it counts itself. */
static bool count_one(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t i,
                      int64_t day, double *min, double *max)
{
    if (i > 0 && strcmp(words[i].lemma, "one") == 0 && strcmp(words[i - 1].lemma, "no") == 0)
        return false; /* "no one was killed" */
    if (dtn_one_of(words[i].lemma, "himself|herself|himselve|herselve"))
        *min = 0, *max = 1; /* whoever counts may leave the attacker out */
    else if (!dtn_count_of(words, n, i, min, max)) {
        if (!is_one(ew, words, n, i, day))
            return false;
        *min = *max = 1;
    }
    return true;
}

static const char wounding[] = "wound|injure|hurt|capture|wounded|injured|arrest|displace";

/* "Killing three and wounding nine", whatever the tree makes of it. */
static bool is_wounded(const dtn_word *words, uint32_t n, uint32_t from, uint32_t to)
{
    if (to + 1 < n && dtn_one_of(words[to + 1].lemma, wounding))
        return true; /* "12 dead and 30 wounded" */
    for (uint32_t i = from + 1; i <= to; i++)
        if (dtn_one_of(words[i].lemma, wounding))
            return true;
    return false;
}

/* "A soldier and four gunmen": together, if all that is joined is counted. */
static bool count_all(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t head,
                      int64_t day, double *min, double *max)
{
    if (!count_one(ew, words, n, head, day, min, max))
        return false;
    for (uint32_t c = words[head].first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
        double more_min = NAN, more_max = NAN;
        if (!dtn_is_rel(&words[c], "conj") || is_wounded(words, n, head, c) ||
            !count_one(ew, words, n, c, day, &more_min, &more_max))
            continue;
        *min += more_min;
        *max += more_max;
    }
    return true;
}

/* "Killed or wounded fifty": at most that many died. */
static bool is_or_wounded(const dtn_word *words, uint32_t p)
{
    const uint32_t joined = dtn_child(words, p, "conj");
    if (joined != DTN_NO_WORD && dtn_one_of(words[joined].lemma, wounding)) {
        const uint32_t cc = dtn_child(words, joined, "cc");
        return cc != DTN_NO_WORD && strcmp(words[cc].lemma, "or") == 0;
    }
    return false;
}

/* Does word p say what the clause of the verb `top` says: "the raid [took a toll of 12 dead]"? */
static bool is_in_clause(const dtn_word *words, uint32_t p, uint32_t top)
{
    for (int steps = 0; steps < DTN_EVENT_STEPS && p != DTN_NO_WORD && p != top;
         steps++, p = words[p].head)
        if (!(dtn_is_rel(&words[p], "obj") || dtn_is_rel(&words[p], "obl") ||
              dtn_is_rel(&words[p], "nmod") || dtn_is_rel(&words[p], "amod") ||
              dtn_is_rel(&words[p], "xcomp") || dtn_is_rel(&words[p], "nummod") ||
              dtn_is_rel(&words[p], "nsubj")))
            return false;
    return p == top;
}

/* Is word i below `above`, with none of the marks between that part two things that happened? */
static bool is_told_with(const dtn_word *words, uint32_t i, uint32_t above, const char *parting)
{
    for (uint32_t steps = 0; i != above && steps < DTN_EVENT_STEPS; steps++, i = words[i].head) {
        const dtn_word *w = &words[i];
        const uint32_t marker = dtn_child(words, i, "mark|case");
        if (w->head == DTN_NO_WORD || dtn_is_rel(w, "parataxis") || dtn_is_rel(w, "ccomp") ||
            (marker != DTN_NO_WORD && dtn_one_of(words[marker].lemma, parting)))
            return false;
    }
    return i == above;
}

/* "Militants attacked a post; two soldiers died": told right after, of nothing else: not "of cholera", "in a
 * flood", not of another year. */
static bool is_told_after(const dtn_word *words, uint32_t p, uint32_t trigger)
{
    static const char apart[] = "before|until|despite|although|though|while|whereas|after|since";
    const dtn_word *w = &words[p];
    if (!dtn_one_of(w->lemma, "die|perish") || !dtn_is_rel(w, "parataxis") || trigger > p ||
        !is_told_with(words, trigger, w->head, apart))
        return false;
    for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
        const uint32_t marker = dtn_child(words, c, "case");
        const bool is_place_or_date = marker != DTN_NO_WORD && words[c].tag == DTN_TAG_PROPN;
        if (dtn_is_rel(&words[c], "advcl") || (dtn_is_rel(&words[c], "obl") && !is_place_or_date))
            return false;
    }
    return true;
}

/* Do the dead of word p belong to the trigger? Of "strikes after a bomber killed 40" they are not the
 * strikes', of "twelve died after shells hit the market" they are the shells'. */
static bool is_of_trigger(const dtn_word *words, uint32_t p, uint32_t trigger)
{
    static const char apart[] = "before|until|despite|although|though|while|whereas";
    static const char behind[] = "before|until|despite|although|though|while|whereas|after|since|"
                                 "following|because|over|amid";
    const bool is_plain_death = dtn_one_of(words[p].lemma, "die|perish|lose|dead|toll");
    return is_told_with(words, p, trigger, behind) || is_told_after(words, p, trigger) ||
           is_told_with(words, trigger, p, is_plain_death ? apart : behind);
}

/* "Nine people died in the battle": soldiers or not, nobody says. */
static bool is_anybody(const dtn_word *words, uint32_t victims, uint32_t trigger)
{
    static const char combat[] = "clash|battle|fight|fighting|skirmish|firefight|gunfight|combat|"
                                 "exchange|shootout|shoot-out|crossfire|hostility|offensive";
    if (!dtn_one_of(words[victims].lemma, "people|person|other|dead"))
        return false;
    bool is_combat = dtn_one_of(words[trigger].lemma, combat) ||
                     (words[trigger].head != DTN_NO_WORD &&
                      dtn_one_of(words[words[trigger].head].lemma, combat));
    for (uint32_t c = words[trigger].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        is_combat |= dtn_one_of(words[c].lemma, combat);
    return is_combat;
}

bool dtn_toll_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t trigger,
                 int64_t day, dtn_toll *out, uint32_t *victims_at)
{
    uint32_t best = DTN_NO_WORD, nearest = UINT32_MAX;
    dtn_toll found = {NAN, NAN, ""};
    if (dtn_one_of(words[trigger].lemma, wounding))
        return false;
    for (uint32_t p = 0; p < n; p++) {
        uint32_t counted = DTN_NO_WORD;
        const uint32_t victims = victims_of(words, n, p, &counted);
        const uint32_t apart = p > trigger ? p - trigger : trigger - p;
        double min = NAN, max = NAN;
        if (victims == DTN_NO_WORD || apart >= nearest ||
            !(is_of_trigger(words, p, trigger) || words[p].head == words[trigger].head ||
              words[victims].head == words[trigger].head || is_below(words, trigger, victims) ||
              (words[trigger].head != DTN_NO_WORD && words[trigger].tag == DTN_TAG_NOUN &&
               is_in_clause(words, p, words[trigger].head))) ||
            !count_all(ew, words, n, counted, day, &min, &max))
            continue;
        if (counted != victims && min < max) /* "rose from 16 to 19" */
            min = max;
        best = victims;
        nearest = apart;
        found.min = is_or_wounded(words, p) ? NAN : min;
        found.max = max;
    }
    if (best == DTN_NO_WORD || found.min > MOST_PEOPLE || found.max > MOST_PEOPLE)
        return false;
    if (is_anybody(words, best, trigger) || !dtn_actor_list(ew, words, n, best, day, found.of))
        found.of[0] = '\0';
    *victims_at = best;
    *out = found;
    return true;
}
