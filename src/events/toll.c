/* How many died, and who: "killed 23 soldiers", "at least 35 civilians were killed", "dozens of
 * deaths", "killing between ten and fifteen people".
 *
 * Wounded are not counted: the verb or noun decides. Neither are animals.
 */
#include "events/inner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_PEOPLE 1e10 /* more than live: no count of dead */

static bool is_below(const dtn_word *words, uint32_t i, uint32_t head)
{
    for (uint32_t steps = 0; i != DTN_NO_WORD && steps < 200; steps++, i = words[i].head)
        if (i == head)
            return true;
    return false;
}

/* ---- Deaths ----------------------------------------------------------------------------------- */

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

/* "[To 61] from 44", "up from an earlier 65": what it was before. */
static bool is_earlier(const dtn_word *words, uint32_t number)
{
    for (uint32_t k = number; k-- > 0 && k + 5 > number;) {
        if (strcmp(words[k].lemma, "from") == 0)
            return true;
        if (words[k].tag != DTN_TAG_DET && words[k].tag != DTN_TAG_ADJ &&
            words[k].tag != DTN_TAG_NOUN && words[k].tag != DTN_TAG_ADV)
            return false;
    }
    return false;
}

/* "Death toll", "number of dead": the count stands beside the verb, the last where one is corrected ("rose
 * from 16 to 19"). */
static uint32_t beside_toll(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                            uint32_t p)
{
    const uint32_t verb = words[p].head;
    /* "the toll of the bombing rose to 25", whatever the tree makes of it */
    for (uint32_t i = p + 1; i + 2 < n && !dtn_one_of(words[i].form, ",|;|(|that|which"); i++)
        if (dtn_one_of(words[i].form, "rose|risen|rises|climbed|climbs|jumped|jumps|reached|stood|"
                                      "stands|grew|fell|dropped|revised|soared") &&
            dtn_one_of(words[i + 1].lemma, "to|at") && dtn_is_number(&words[i + 2]))
            return i + 2;
    if (verb == DTN_NO_WORD || words[verb].tag == DTN_TAG_NOUN)
        return of_or_among(words, p); /* "took a toll of 12 dead" */
    const bool is_new = dtn_event_class_has(ew, "bringing", words[verb].lemma);
    if (!is_new && !dtn_event_class_has(ew, "tallying", words[verb].lemma))
        return DTN_NO_WORD;
    uint32_t last = DTN_NO_WORD; /* "brings to 40 the number of" */
    for (uint32_t i = (verb > p || is_new ? verb : p) + 1;
         i < n && !dtn_one_of(words[i].form, ",|;|("); i++)
        if (dtn_is_number(&words[i]) && words[i].tag != DTN_TAG_PROPN &&
            !(is_earlier(words, i) &&
              (last != DTN_NO_WORD || i + 1 >= n || strcmp(words[i + 1].lemma, "to") != 0)))
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

/* The first subject of a passive that names somebody: not "[close to] 50 people", "[20 km] from the border". */
static uint32_t subject_of_passive(const dtn_word *words, uint32_t p)
{
    uint32_t first = dtn_child(words, p, "nsubj:pass");
    if (first == DTN_NO_WORD)
        return first;
    const uint32_t above = words[p].head;
    if (above != DTN_NO_WORD && above < first && dtn_is_rel(&words[p], "conj") &&
        words[above].tag == DTN_TAG_NOUN && dtn_is_after_and(words, first))
        return above; /* "two women and their driver were killed", joined to the women */
    for (uint32_t c = words[p].first_child; c != DTN_NO_WORD && c < p; c = words[c].next_sibling)
        if (dtn_is_rel(&words[c], "nsubj") && words[c].tag != DTN_TAG_ADJ &&
            words[c].tag != DTN_TAG_ADV && !dtn_is_measure(&words[c]))
            return c;
    const uint32_t below = dtn_child(words, first, "obl");
    return words[first].tag == DTN_TAG_ADJ && below != DTN_NO_WORD && below < p ? below : first;
}

/* "Three nurses and a [patient]": the nurses. */
static uint32_t first_joined(const dtn_word *words, uint32_t i)
{
    for (int steps = 0; steps < DTN_MAX_MEMBERS && dtn_is_rel(&words[i], "conj") &&
                        words[i].head < i && words[words[i].head].tag != DTN_TAG_VERB;
         steps++)
        i = words[i].head;
    return i;
}

/* The object of "kill", or the subject of its passive. */
static uint32_t killed_by_verb(const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    uint32_t v = dtn_child(words, p, "obj");
    if (v == DTN_NO_WORD || dtn_is_measure(&words[v])) /* "killed 5 km from the border" */
        v = subject_of_passive(words, p);
    if (v == DTN_NO_WORD && p > 0 && words[p - 1].tag == DTN_TAG_NUM && words[p - 1].head == p)
        return p - 1; /* "5 killed in attack" */
    if (v == DTN_NO_WORD && dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBN") == 0)
        v = w->head;
    if (v == DTN_NO_WORD && dtn_is_rel(w, "conj")) /* "was shot and killed" */
        v = dtn_child(words, w->head, "nsubj:pass");
    if (v == DTN_NO_WORD && strcmp(w->xtag, "VBN") == 0 && w->head != DTN_NO_WORD && w->head < p &&
        (dtn_is_rel(w, "xcomp") || dtn_is_rel(w, "ccomp")) &&
        dtn_child(words, p, "nsubj") == DTN_NO_WORD) /* "were reported killed" */
        v = dtn_child(words, w->head, "nsubj:pass");
    const uint32_t aux = dtn_child(words, p, "aux"), up = dtn_child(words, p, "compound");
    if (v == DTN_NO_WORD && aux != DTN_NO_WORD && aux > 0 && aux < p &&
        dtn_child(words, p, "nsubj") == DTN_NO_WORD)
        v = first_joined(
            words,
            aux - 1); /* "between 15 and 20 rebels were killed", whatever the tree makes of it */
    if (v == DTN_NO_WORD && up != DTN_NO_WORD && strcmp(words[up].form, "up") == 0)
        v = dtn_child(words, p, "obl"); /* "killed up to 50 fighters" */
    if (v == DTN_NO_WORD)
        v = about_so_many(words, p);
    /* "documented at least 70 civilians killed" */
    const bool is_participle = dtn_one_of(w->xtag, "VBN|VBD") && aux == DTN_NO_WORD && p > 0;
    return v == DTN_NO_WORD && is_participle && words[p - 1].tag == DTN_TAG_NOUN &&
                   dtn_child(words, p - 1, "nummod") != DTN_NO_WORD
               ? p - 1
               : v;
}

/* "Sent to their [graves]" */
static bool is_sent_to_grave(const dtn_word *words, uint32_t p)
{
    const uint32_t where = dtn_child(words, p, "obl");
    return strcmp(words[p].lemma, "send") == 0 && where != DTN_NO_WORD &&
           dtn_one_of(words[where].lemma, "grave|death|tomb");
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
    if (subject != DTN_NO_WORD && strcmp(w->relation, "acl:relcl") == 0 &&
        dtn_one_of(words[subject].lemma, "who|that|which"))
        return w->head; /* "the number of soldiers who died" */
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
    /* "three more died", "another two perished" */
    uint32_t k = p;
    while (k > 0 && dtn_one_of(words[k - 1].lemma, "more|others|other|also|have|later"))
        k--;
    return k > 0 && k < p && words[k - 1].tag == DTN_TAG_NUM ? k - 1 : DTN_NO_WORD;
}

/* Who died, by the word that says so; DTN_NO_WORD: nobody named. */
static uint32_t named_victims(const dtn_event_words *ew, const dtn_word *words, uint32_t p)
{
    const dtn_word *w = &words[p];
    const uint32_t object = dtn_child(words, p, "obj");
    const bool is_life = object != DTN_NO_WORD && strcmp(words[object].lemma, "life") == 0;
    if ((dtn_event_class_has(ew, "killing", w->lemma) && w->tag == DTN_TAG_VERB) ||
        is_sent_to_grave(words, p))
        return killed_by_verb(words, p);
    if (object != DTN_NO_WORD && strcmp(words[object].lemma, "martyrdom") == 0)
        return dtn_child(words, p, "nsubj");
    if (is_life && strcmp(w->lemma, "lose") == 0)
        return dtn_child(words, p, "nsubj");
    if (object != DTN_NO_WORD && dtn_one_of(w->lemma, "lose|cost")) /* "lost two men" */
        return dtn_event_class_has(ew, "soldiers", words[object].lemma) ? object : DTN_NO_WORD;
    if (is_life && dtn_one_of(w->lemma, "claim|take|cost"))
        return of_or_among(words, object);
    if (dtn_one_of(w->lemma, "die|perish"))
        return died(words, p);
    if (strcmp(w->lemma, "dead") == 0)
        return dead_ones(words, p);
    if (strcmp(w->lemma, "martyrdom") == 0 && dtn_is_rel(w, "obj") && w->head != DTN_NO_WORD)
        return dtn_child(words, w->head, "nsubj"); /* "embraced martyrdom" */
    return dtn_event_class_has(ew, "deaths", w->lemma) ? of_or_among(words, p) : DTN_NO_WORD;
}

/* Their word, and the one that counts them: the same, or beside "the number of those killed". */
static uint32_t victims_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t p,
                           uint32_t *counted)
{
    uint32_t who = strcmp(words[p].lemma, "toll") == 0 ? p : named_victims(ew, words, p);
    const uint32_t above = who == DTN_NO_WORD ? DTN_NO_WORD : words[who].head;
    if (above != DTN_NO_WORD && dtn_event_class_has(ew, "tally", words[above].lemma) &&
        dtn_is_rel(&words[who], "nmod"))
        who = above;
    if (who != DTN_NO_WORD && strcmp(words[who].lemma, "total") == 0 &&
        dtn_is_rel(&words[who], "obj"))
        who = of_or_among(words, who); /* "killed a total of 15 people" */
    who = dtn_counted_noun(words, n, who);
    *counted = who;
    if (who != DTN_NO_WORD && dtn_event_class_has(ew, "tally", words[who].lemma))
        *counted = beside_toll(ew, words, n, who);
    return *counted == DTN_NO_WORD ? DTN_NO_WORD : who;
}

/* One person: "a soldier", "a Northland commander", "the governor"; not "the army", "a strike". */
static bool is_one(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t i,
                   int64_t day)
{
    const dtn_word *w = &words[i];
    const uint32_t det = dtn_child(words, i, "det|nmod:poss");
    char key[80];
    dtn_actor who;
    (void)DTN_JOIN(key, sizeof key, "n:", w->lemma);
    if ((w->tag != DTN_TAG_ADJ && strcmp(w->xtag, "NN") != 0 && strcmp(w->xtag, "NNP") != 0) ||
        det == DTN_NO_WORD || dtn_event_class_has(ew, "deaths", w->lemma) ||
        dtn_event_class_has(ew, "collective", w->lemma) ||
        dtn_map_get(&ew->triggers, key) != DTN_MAP_NONE)
        return false;
    if (w->tag == DTN_TAG_ADJ) /* "a civilian", as the tagger has it */
        return dtn_one_of(words[det].lemma, "a|an|one") &&
               words[i + 1 < n ? i + 1 : i].tag != DTN_TAG_NOUN &&
               dtn_actor_of(ew, words, n, i, day, &who) && who.sector[0];
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
    for (uint32_t k = i; k-- > 0 && k + 4 > i;)
        if (dtn_one_of(words[k].lemma, "not|n't"))
            return dtn_one_of(words[k + 1].lemma, "a|one|even")
                       ? false
                       : dtn_count_of(words, n, i, min, max); /* "not a single soldier" */
    const uint32_t det = dtn_child(words, i, "det");
    if (dtn_one_of(words[i].lemma, "himself|herself|himselve|herselve"))
        *min = 0, *max = 1; /* whoever counts may leave the attacker out */
    else if (det != DTN_NO_WORD && strcmp(words[det].lemma, "both") == 0)
        *min = *max = 2;
    else if (!dtn_count_of(words, n, i, min, max)) {
        if (!is_one(ew, words, n, i, day))
            return false;
        *min = *max = 1;
    }
    return true;
}

/* "Killing three and wounding nine", whatever the tree makes of it. */
static bool is_wounded(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t from,
                       uint32_t to)
{
    if (to + 1 < n && dtn_event_class_has(ew, "wounding", words[to + 1].lemma))
        return true; /* "12 dead and 30 wounded" */
    for (uint32_t i = from + 1; i <= to; i++)
        if (dtn_event_class_has(ew, "wounding", words[i].lemma))
            return true;
    return false;
}

/* "[A baker,] his apprentice": one more, who he may be. */
static bool is_his(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t i)
{
    char key[80];
    const uint32_t whose = dtn_child(words, i, "nmod:poss");
    (void)n;
    (void)DTN_JOIN(key, sizeof key, "n:", words[i].lemma);
    return whose != DTN_NO_WORD && dtn_one_of(words[whose].lemma, "his|her") &&
           words[i].tag == DTN_TAG_NOUN && strcmp(words[i].xtag, "NN") == 0 &&
           dtn_map_get(&ew->triggers, key) == DTN_MAP_NONE;
}

/* "A soldier and four gunmen": together, if all that is joined is counted. */
static bool count_all(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t head,
                      int64_t day, double *min, double *max)
{
    uint32_t members[DTN_MAX_MEMBERS];
    const size_t n_member = dtn_members(words, n, head, members);
    bool is_counted = false;
    *min = *max = 0;
    for (size_t k = 0; k < n_member; k++) {
        const uint32_t c = members[k];
        double more_min = NAN, more_max = NAN;
        if (dtn_event_class_has(ew, "livestock", words[c].lemma) ||
            (k > 0 && is_wounded(ew, words, n, head, c)))
            continue;
        if (!count_one(ew, words, n, c, day, &more_min, &more_max)) {
            if (k == 0)
                return false;
            if (!is_his(ew, words, n, c))
                continue;
            more_min = more_max = 1;
        }
        *min += more_min;
        *max += more_max;
        is_counted = true;
    }
    return is_counted;
}

/* "Killed seven soldiers in Kesh, four in Sorin and one in the capital", "30 fighters in the hills and another 14 near the
 * border": places and days added up, each number right before its own. *until: the last of the numbers. */
static void add_places(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t from,
                       uint32_t counted, double *min, double *max, uint32_t *until)
{
    uint32_t members[DTN_MAX_MEMBERS]; /* counted already, in the tree's row */
    const size_t n_member = dtn_members(words, n, counted, members);
    static const char where[] = "in|at|near|on|outside|along|around";
    bool has_place = false;
    for (uint32_t i = from + 1; i + 1 < n; i++) {
        const dtn_word *w = &words[i];
        double more_min = NAN, more_max = NAN;
        if (dtn_one_of(w->form, ";|(|:") || dtn_event_class_has(ew, "wounding", w->lemma) ||
            (w->tag == DTN_TAG_VERB && *until == DTN_NO_WORD && has_place))
            return;
        has_place |= w->tag == DTN_TAG_ADP && dtn_one_of(w->lemma, where);
        const bool is_joined = i > 0 && (words[i - 1].tag == DTN_TAG_CCONJ ||
                                         dtn_one_of(words[i - 1].lemma, ",|another|further"));
        const uint32_t at =
            i + 2 < n && words[i + 1].tag == DTN_TAG_ADV ? i + 2 : i + 1; /* "six later in" */
        if (!has_place || !is_joined || !dtn_is_number(w) || words[at].tag != DTN_TAG_ADP ||
            !dtn_one_of(words[at].lemma, where) || !dtn_count_of(words, n, i, &more_min, &more_max))
            continue;
        bool is_counted = false;
        for (size_t k = 0; k < n_member; k++)
            is_counted |= members[k] == i;
        *min += is_counted ? 0 : more_min;
        *max += is_counted ? 0 : more_max;
        *until = i;
    }
}

/* ", another", ", the second [blast]", "and that on Tuesday" from word i on: the word behind it; DTN_NO_WORD: nothing of the kind. */
static uint32_t behind_gap(const dtn_word *words, uint32_t n, uint32_t i)
{
    static const char others[] =
        "second|third|fourth|fifth|other|latter|last|next|one|later|morning|evening|night";
    uint32_t k = i;
    if (dtn_one_of(words[k].lemma, "another"))
        return k + 1;
    if (strcmp(words[k].lemma, "that") == 0 && k + 2 < n &&
        dtn_one_of(words[k + 1].lemma, "on|in|at|near"))
        return k + 3; /* one word names the day or the place */
    if (dtn_one_of(words[k].lemma, "the|a"))
        k++;
    if (k >= n ||
        (k > i ? !dtn_one_of(words[k].lemma, others) : !dtn_one_of(words[k].lemma, "second|third")))
        return DTN_NO_WORD;
    k++;
    if (k + 1 < n && strcmp(words[k].lemma, "one") == 0 && dtn_is_number(&words[k + 1]))
        return k + 1; /* "the evening one three" */
    return k < n && words[k].tag == DTN_TAG_NOUN && !dtn_is_measure(&words[k]) ? k + 1 : k;
}

/* "The first blast killed 12 people, the second nine", "one shell killed ten, another eight": a clause that leaves its verb out,
 * with a number and perhaps a noun behind who or what did it. */
static void add_gapped(const dtn_word *words, uint32_t n, uint32_t counted, double *min,
                       double *max, uint32_t *until)
{
    for (uint32_t i = counted + 1; i + 1 < n; i++) {
        double more_min = NAN, more_max = NAN;
        if (words[i].tag == DTN_TAG_VERB || dtn_one_of(words[i].form, "(|:"))
            return;
        const bool is_joined =
            words[i - 1].tag == DTN_TAG_CCONJ || dtn_one_of(words[i - 1].form, ",|;");
        const uint32_t at = is_joined ? behind_gap(words, n, i) : DTN_NO_WORD;
        if (at == DTN_NO_WORD || at >= n || !dtn_is_number(&words[at]))
            continue;
        const uint32_t noun = dtn_counted_noun(words, n, at);
        const uint32_t end = (noun > at ? noun : at) + 1;
        if (dtn_is_measure(&words[noun]) ||
            (end < n && words[end].tag != DTN_TAG_PUNCT && words[end].tag != DTN_TAG_ADP &&
             words[end].tag != DTN_TAG_CCONJ) ||
            !dtn_count_of(words, n, noun, &more_min, &more_max))
            return;
        *min += more_min;
        *max += more_max;
        *until = at;
        i = end - 1;
    }
}

/* "Killed or wounded fifty": at most that many died. */
static bool is_or_wounded(const dtn_event_words *ew, const dtn_word *words, uint32_t p)
{
    const uint32_t joined = dtn_child(words, p, "conj");
    if (joined != DTN_NO_WORD && dtn_event_class_has(ew, "wounding", words[joined].lemma)) {
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
                                 "following|follow|because|over|amid";
    const bool is_plain_death = dtn_one_of(words[p].lemma, "die|perish|lose|dead|toll");
    return is_told_with(words, p, trigger, behind) || is_told_after(words, p, trigger) ||
           is_told_with(words, trigger, p, is_plain_death ? apart : behind);
}

/* "Nine people died in the battle": soldiers or not, nobody says. */
static bool is_anybody(const dtn_event_words *ew, const dtn_word *words, uint32_t victims,
                       uint32_t trigger)
{
    if (!dtn_one_of(words[victims].lemma, "people|person|other|dead"))
        return false;
    bool is_combat = dtn_event_class_has(ew, "combat", words[trigger].lemma) ||
                     (words[trigger].head != DTN_NO_WORD &&
                      dtn_event_class_has(ew, "combat", words[words[trigger].head].lemma));
    for (uint32_t c = words[trigger].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        is_combat |= dtn_event_class_has(ew, "combat", words[c].lemma);
    return is_combat;
}

/* "Following the death of 11 soldiers", "after 12 were killed": another thing. */
static bool is_behind(const dtn_word *words, uint32_t i)
{
    const uint32_t marker = dtn_child(words, i, "mark|case");
    return marker != DTN_NO_WORD &&
           dtn_one_of(words[marker].form,
                      "after|After|following|Following|before|Before|since|Since|despite|Despite");
}

/* "Hundreds were feared dead": nobody says that they are. */
static bool is_only_feared(const dtn_word *words, uint32_t p)
{
    return words[p].head != DTN_NO_WORD && dtn_is_rel(&words[p], "xcomp") &&
           dtn_one_of(words[words[p].head].lemma, "fear|presume");
}

/* "The number of officers [killed] since January", "of soldiers who died": the number. */
static uint32_t tally_of(const dtn_event_words *ew, const dtn_word *words, uint32_t trigger)
{
    const dtn_word *w = &words[trigger];
    if (!dtn_is_rel(w, "acl") || w->head == DTN_NO_WORD ||
        !dtn_event_class_has(ew, "dying", w->lemma))
        return DTN_NO_WORD;
    const uint32_t who = w->head, above = words[who].head;
    if (dtn_event_class_has(ew, "tally", words[who].lemma))
        return who;
    return above != DTN_NO_WORD && dtn_is_rel(&words[who], "nmod") &&
                   dtn_event_class_has(ew, "tally", words[above].lemma)
               ? above
               : DTN_NO_WORD;
}

/* Of a tally: the figure beside its verb; a total where one event brings it there. */
static bool toll_of_tally(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                          uint32_t trigger, uint32_t tally, int64_t day, dtn_toll *out,
                          uint32_t *victims_at)
{
    dtn_toll found = {.until = DTN_NO_WORD};
    const uint32_t verb = words[tally].head, counted = beside_toll(ew, words, n, tally);
    if (verb == DTN_NO_WORD || counted == DTN_NO_WORD || counted == tally ||
        !dtn_count_of(words, n, counted, &found.min, &found.max))
        return false;
    if (found.min < found.max)
        found.min = found.max;
    found.is_total = dtn_event_class_has(ew, "bringing", words[verb].lemma);
    if (words[trigger].head == tally ||
        !dtn_actor_list(ew, words, n, words[trigger].head, day, found.of))
        found.of[0] = '\0';
    *victims_at = counted;
    *out = found;
    return true;
}

/* "The war has killed 4,000", "200 have died in the unrest", "... so far": over many events. */
static bool is_total(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t p)
{
    bool has_cue = false;
    for (uint32_t i = 0; i + 1 < n; i++)
        has_cue |= (dtn_one_of(words[i].lemma, "so") && strcmp(words[i + 1].lemma, "far") == 0) ||
                   (dtn_one_of(words[i].lemma, "to") && strcmp(words[i + 1].lemma, "date") == 0) ||
                   (dtn_one_of(words[i].lemma, "in") && strcmp(words[i + 1].lemma, "all") == 0 &&
                    i + 2 < n && words[i + 2].tag == DTN_TAG_PUNCT) ||
                   dtn_one_of(words[i].lemma, "altogether|overall");
    if (has_cue || words[p].tag != DTN_TAG_VERB)
        return has_cue;
    bool is_perfect = false, is_long = false;
    for (uint32_t c = words[p].first_child; c != DTN_NO_WORD; c = words[c].next_sibling) {
        is_perfect |= dtn_is_rel(&words[c], "aux") && strcmp(words[c].lemma, "have") == 0;
        is_long |= (dtn_is_rel(&words[c], "nsubj") || dtn_is_rel(&words[c], "obl")) &&
                   (dtn_event_class_has(ew, "lasting", words[c].lemma) ||
                    (c < p && dtn_is_rel(&words[c], "nsubj") && strcmp(words[c].xtag, "NNS") == 0 &&
                     dtn_event_class_has(ew, "blows", words[c].lemma)));
    }
    return is_perfect && is_long;
}

/* "The rebels lost 20 men": rebels; "Northland lost two soldiers": that state's. */
static bool whose_loss(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t loser,
                       uint32_t lost, int64_t day, char out[DTN_MAX_ACTOR_TEXT])
{
    dtn_actor whose, what;
    if (!dtn_actor_of(ew, words, n, loser, day, &whose))
        return false;
    if (!whose.sector[0] && !whose.other[0] && dtn_actor_of(ew, words, n, lost, day, &what) &&
        !dtn_one_of(what.sector, "CIV"))
        memcpy(whose.sector, what.sector, sizeof whose.sector);
    dtn_actor_code(&whose, out);
    return true;
}

static bool find_toll(const dtn_event_words *ew, const dtn_word *words, uint32_t n,
                      uint32_t trigger, int64_t day, dtn_toll *out, uint32_t *victims_at)
{
    uint32_t best = DTN_NO_WORD, nearest = UINT32_MAX;
    dtn_toll found = {.min = NAN, .max = NAN, .until = DTN_NO_WORD};
    const uint32_t tally = tally_of(ew, words, trigger);
    if (dtn_event_class_has(ew, "wounding", words[trigger].lemma))
        return false;
    if (tally != DTN_NO_WORD && toll_of_tally(ew, words, n, trigger, tally, day, out, victims_at))
        return true;
    for (uint32_t p = 0; p < n; p++) {
        uint32_t counted = DTN_NO_WORD;
        const uint32_t victims = victims_of(ew, words, n, p, &counted);
        const uint32_t apart = p > trigger ? p - trigger : trigger - p;
        double min = NAN, max = NAN;
        if (victims == DTN_NO_WORD || apart >= nearest ||
            !(is_of_trigger(words, p, trigger) ||
              (!is_behind(words, p) &&
               (words[p].head == words[trigger].head ||
                (words[trigger].head != DTN_NO_WORD && words[trigger].tag == DTN_TAG_NOUN &&
                 is_in_clause(words, p, words[trigger].head)))) ||
              words[victims].head == words[trigger].head || is_below(words, trigger, victims)) ||
            !count_all(ew, words, n, counted, day, &min, &max))
            continue;
        if (counted != victims && min < max) /* "rose from 16 to 19" */
            min = max;
        best = victims;
        nearest = apart;
        found.is_feared = strcmp(words[p].lemma, "dead") == 0 && is_only_feared(words, p);
        found.until = DTN_NO_WORD;
        add_places(ew, words, n, p > counted ? p : counted, counted, &min, &max, &found.until);
        if (found.until == DTN_NO_WORD)
            add_gapped(words, n, p > counted ? p : counted, &min, &max, &found.until);
        found.min = is_or_wounded(ew, words, p) ? NAN : min;
        found.max = max;
        found.is_total = is_total(ew, words, n, p) ||
                         (counted != victims && words[victims].head != DTN_NO_WORD &&
                          dtn_event_class_has(ew, "bringing", words[words[victims].head].lemma));
    }
    if (best == DTN_NO_WORD || found.min > MOST_PEOPLE || found.max > MOST_PEOPLE)
        return false;
    const uint32_t loser = words[best].head != DTN_NO_WORD && dtn_is_rel(&words[best], "obj") &&
                                   strcmp(words[words[best].head].lemma, "lose") == 0
                               ? dtn_child(words, words[best].head, "nsubj")
                               : DTN_NO_WORD;
    if (loser != DTN_NO_WORD && (whose_loss(ew, words, n, loser, best, day, found.of) ||
                                 dtn_one_of(words[best].lemma, "man|comrade"))) {
        *victims_at = best;
        *out = found;
        return true;
    }
    if (is_anybody(ew, words, best, trigger) || !dtn_actor_list(ew, words, n, best, day, found.of))
        found.of[0] = '\0';
    *victims_at = best;
    *out = found;
    return true;
}

bool dtn_toll_of(const dtn_event_words *ew, const dtn_word *words, uint32_t n, uint32_t trigger,
                 int64_t day, dtn_toll *out, uint32_t *victims_at)
{
    if (!find_toll(ew, words, n, trigger, day, out, victims_at))
        return false;
    out->is_people =
        dtn_event_class_has(ew, "people", words[*victims_at].lemma) && dtn_one_of(out->of, "CIV|");
    return true;
}
