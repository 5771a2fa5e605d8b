/* Polarity: sign of the trigger times the directions of both arguments, with the valence of what
 * "worsen" and "improve" act on.
 *
 * "Less rain reduces harvests": cause -1, trigger -1, effect +1, so the link from rain to
 * harvests is +. A direction is told by modifiers ("rising prices"), by nouns that carry their
 * thing ("decline in trade", "trade decline"), and by verbs whose subject moves ("as prices
 * rise"). Two in one phrase multiply ("lower unemployment losses" is rare, and right).
 */
#include "read/inner.h"

#include <string.h>
#include <strings.h>

static int word_sign(const dtn_rules *rules, dtn_lexicon_ref ref, const dtn_word *word)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, ref, word);
    return entry ? (entry->value < 0 ? -1 : 1) : 0;
}

int dtn_read_valence(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *sentence, uint32_t head)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, known->valence, &sentence->words[head]);
    if (entry)
        return entry->value < 0 ? -1 : 1;
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling) {
        const dtn_word *w = &sentence->words[c];
        if (!dtn_word_hangs(w, "compound") && !dtn_word_hangs(w, "amod") &&
            !dtn_word_hangs(w, "nmod"))
            continue;
        entry = dtn_lexicon_get(rules, known->valence, w);
        if (entry)
            return entry->value < 0 ? -1 : 1;
    }
    return 0;
}

/* worse, worsening: less of what is good, more of what is bad. */
static int turning(const dtn_rules *rules, const dtn_words_known *known,
                   const dtn_sentence *sentence, uint32_t head, const dtn_word *word)
{
    int valence = dtn_read_valence(rules, known, sentence, head);
    int sign = word_sign(rules, known->direction.worse, word)    ? -1
               : word_sign(rules, known->direction.better, word) ? 1
                                                                 : 0;
    return sign * (valence == 0 ? 1 : valence);
}

/* "Its collapse" names the collapse, "the collapse of talks" the talks. */
static bool is_somebodys(const dtn_sentence *sentence, uint32_t head)
{
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling)
        if (dtn_word_hangs(&sentence->words[c], "nmod") && sentence->words[c].tag == DTN_TAG_PRON)
            return true;
    return false;
}

/* "A fall [in exports]" where the tree hangs "in exports" on the verb. */
static bool has_complement_behind(const dtn_sentence *s, uint32_t head)
{
    const uint32_t in = head + 1;
    if (in + 1 >= s->n || !dtn_word_is(&s->words[in], "in") ||
        !dtn_word_hangs(&s->words[in], "case"))
        return false;
    const uint32_t thing = s->words[in].head;
    return thing < s->n && thing > in && s->words[thing].head == s->words[head].head &&
           dtn_word_hangs(&s->words[head], "obj") &&
           (dtn_word_hangs(&s->words[thing], "obl") || dtn_word_hangs(&s->words[thing], "obj"));
}

static bool has_complement(const dtn_sentence *sentence, uint32_t head)
{
    if (has_complement_behind(sentence, head))
        return true;
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling)
        if ((dtn_word_hangs(&sentence->words[c], "nmod") &&
             sentence->words[c].tag != DTN_TAG_PRON) ||
            dtn_word_hangs(&sentence->words[c], "compound") ||
            dtn_word_hangs(&sentence->words[c], "acl"))
            return true;
    return false;
}

/* "cause prices to fall", not "a reason to stop". */
static bool is_made_to(const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_sentence *sentence, uint32_t head)
{
    const dtn_word *w = &sentence->words[head];
    return w->head != DTN_NO_WORD && dtn_word_hangs(w, "obj") &&
           !dtn_word_is(&sentence->words[w->head], "give") &&
           dtn_lexicon_get(rules, known->cause, &sentence->words[w->head]);
}

/* "Trade was disrupted": what the sentence says of the trade. */
static bool is_passive(const dtn_sentence *sentence, uint32_t head)
{
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling)
        if (strcmp(sentence->words[c].relation, "nsubj:pass") == 0 ||
            strcmp(sentence->words[c].relation, "aux:pass") == 0)
            return true;
    return false;
}

/* A word that moves what it belongs to. What only says how much there is (less, a fall in) is counted where the
 * sign is that between the words themselves, too; a word that names an event or a state of its own (a shortage of,
 * has collapsed) is what is said to act or to come about, and counts for the concept behind it alone. */
static void move(dtn_direction *d, int sign, bool is_event)
{
    if (!sign)
        return;
    d->all *= sign;
    d->degree *= is_event ? 1 : sign;
    d->denied *= is_event ? 1 : sign;
    d->moved = true;
}

/* "No side keeps the truce", "is unlikely to last", "does not hold": what is said not to be is an event, too. */
static void deny(dtn_direction *d)
{
    d->all = -d->all;
    d->degree = 1;
    d->denied = -d->denied;
    d->moved = true;
}

/* False: the word says nothing of direction. */
static bool move_by(const dtn_rules *rules, dtn_lexicon_ref degree, dtn_lexicon_ref event,
                    const dtn_word *word, dtn_direction *d)
{
    const int one = word_sign(rules, degree, word), other = word_sign(rules, event, word);
    move(d, one ? one : other, !one);
    return one || other;
}

/* "No rain" is less of it; "no side keeps the truce" is an event. */
static bool is_denied_subject(const dtn_sentence *sentence, uint32_t head, const dtn_word *w)
{
    return dtn_word_hangs(w, "det") && dtn_word_hangs(&sentence->words[head], "nsubj") &&
           (dtn_word_is(w, "no") || dtn_word_is(w, "neither"));
}

bool dtn_read_is_property(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s, uint32_t word)
{
    static const char *const manners[] = {"lower", "weaker", "smaller", "slower", "poorer"};
    uint32_t n = 0;
    const uint32_t thing = s->words[word].head;
    if (dtn_lexicon_match(rules, known->direction.other, s->words, s->n, word, &n) && n > 1)
        return true; /* "shrinking violets" */
    if (thing >= s->n || thing <= word)
        return false;
    if (dtn_word_is(&s->words[word], "fall") || strcasecmp(s->words[word].form, "falling") == 0)
        return dtn_lexicon_get(rules, known->direction.falling, &s->words[thing]) != NULL;
    bool is_manner = false;
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
        is_manner |= strcasecmp(s->words[word].form, manners[i]) == 0;
    if (!is_manner || strcmp(s->words[thing].xtag, "NN") != 0 ||
        !dtn_word_hangs(&s->words[word], "amod") ||
        dtn_lexicon_get(rules, known->direction.measure, &s->words[thing]))
        return false;
    for (uint32_t c = s->words[thing].first_child; c < word; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "det") || dtn_word_hangs(&s->words[c], "nmod"))
            return true;
    return false;
}

/* "[Less] cheap [credit]": how much there is of what the adjective says. */
static bool is_less_of(const dtn_sentence *s, uint32_t adjective)
{
    return adjective > 0 && s->words[adjective - 1].head == adjective &&
           dtn_word_hangs(&s->words[adjective - 1], "advmod") &&
           strcmp(s->words[adjective - 1].xtag, "RBR") == 0 &&
           strcasecmp(s->words[adjective - 1].form, "less") == 0;
}

/* "Tariffs, which reduced trade", "war if the talks failed": a clause that does not say what becomes of its noun. */
static bool is_clause_beside(const dtn_sentence *s, uint32_t clause)
{
    for (uint32_t c = s->words[clause].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "obj") ||
            (dtn_word_hangs(&s->words[c], "mark") && !dtn_word_is(&s->words[c], "to")))
            return true;
    return false;
}

/* "A [little] trust", "a [few] raids": some of it, which is not less. */
static bool is_some(const dtn_sentence *s, uint32_t word)
{
    return word > 0 && dtn_tree_is_form(s, word - 1, "a") &&
           (dtn_tree_is_form(s, word, "little") || dtn_tree_is_form(s, word, "few"));
}

/* What the children of a noun or the subject of a verb put on it. */
static void move_by_modifiers(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *sentence, uint32_t head, bool is_clause,
                              dtn_direction *d)
{
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling) {
        const dtn_word *w = &sentence->words[c];
        if (!dtn_word_hangs(w, "amod") && !dtn_word_hangs(w, "det") &&
            !dtn_word_hangs(w, "advmod") && !dtn_word_hangs(w, "acl") &&
            !dtn_word_hangs(w, "compound"))
            continue;
        if (is_some(sentence, c) ||
            dtn_read_is_outweighed(sentence,
                                   c)) /* "less from fear than from need" denies the fear */
            continue;
        if (dtn_word_hangs(w, "acl") && is_clause_beside(sentence, c))
            continue;
        if (dtn_read_is_property(rules, known, sentence, c)) {
            if (dtn_word_hangs(w, "amod") && strcmp(w->xtag, "JJR") == 0)
                move(d, word_sign(rules, known->direction.mod, w), true);
            continue;
        }
        const int turned = turning(rules, known, sentence, head, w);
        if (dtn_word_hangs(w, "amod") && is_less_of(sentence, c))
            move(d, -1, false); /* "less cheap credit" */
        if (turned)
            move(d, turned, false);
        else if (is_clause && is_denied_subject(sentence, head, w))
            deny(d);
        else if (!move_by(rules, known->direction.mod, known->direction.mod_event, w, d) &&
                 dtn_word_hangs(w, "acl") && c > head && strcmp(w->xtag, "VB") == 0 &&
                 is_made_to(rules, known, sentence, head)) /* "prices to fall" */
            move_by(rules, known->direction.verb, known->direction.verb_event, w, d);
    }
    /* "Declining prices hurt": a participle that the tree hangs elsewhere; not the verb of
     * "has lowered tensions" */
    const dtn_word *before = head > 0 ? &sentence->words[head - 1] : NULL;
    if (before && before->head != head && sentence->words[head].head != head - 1 &&
        !dtn_read_is_property(rules, known, sentence, head - 1) &&
        (strcmp(before->xtag, "VBG") == 0 || strcmp(before->xtag, "VBN") == 0))
        move_by(rules, known->direction.mod, known->direction.mod_event, before, d);
}

/* "Talks die": the sign of a verb whose subject is good; 0: none. */
static int sign_by_subject(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_sentence *sentence, uint32_t head)
{
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling)
        if (dtn_word_hangs(&sentence->words[c], "nsubj") &&
            dtn_read_valence(rules, known, sentence, c) > 0)
            return word_sign(rules, known->turn.subject, &sentence->words[head]);
    return 0;
}

/* What a verb that acts on something does to it, "reduced prices", "the ban is lifted"; 0: nothing it acts on, as of
 * "thousands will starve". */
static int sign_of_act(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       uint32_t head)
{
    const dtn_word *word = &s->words[head];
    const dtn_entry *entry = dtn_lexicon_get(rules, known->cause, word);
    if (!entry || entry->value == 0)
        return 0;
    const uint32_t aux =
        dtn_tree_child(s, head, "aux"); /* "have broken down": nothing is done to them */
    const bool is_perfect = aux != DTN_NO_WORD && dtn_word_is(&s->words[aux], "have");
    bool acts = (strcmp(word->xtag, "VBN") == 0 && !is_perfect) || is_passive(s, head);
    int valence = 0;
    for (uint32_t c = word->first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        const bool is_patient = dtn_word_hangs(w, "obj") || strcmp(w->relation, "nsubj:pass") == 0;
        acts |= is_patient || dtn_word_hangs(w, "ccomp") || dtn_word_hangs(w, "xcomp");
        if (is_patient)
            valence = dtn_read_valence(rules, known, s, c);
    }
    const dtn_entry *turned =
        valence == 0
            ? NULL
            : dtn_lexicon_get(rules, valence > 0 ? known->turn.good : known->turn.bad, word);
    const double value = turned ? turned->value : entry->value;
    return !acts ? 0 : value < 0 ? -1 : 1;
}

/* "Rain falls": there is no less of it. */
static bool falls_by_nature(const dtn_rules *rules, const dtn_words_known *known,
                            const dtn_sentence *s, uint32_t head)
{
    for (uint32_t c = s->words[head].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj") && dtn_word_is(&s->words[head], "fall") &&
            dtn_lexicon_get(rules, known->direction.falling, &s->words[c]))
            return true;
    return false;
}

/* "Children [drop out]", "friends [fall out]": there are no fewer of them. */
static bool falls_otherwise(const dtn_sentence *s, uint32_t head)
{
    return (dtn_word_is(&s->words[head], "drop") || dtn_word_is(&s->words[head], "fall")) &&
           dtn_tree_is_form(s, head + 1, "out");
}

int dtn_read_act(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                 uint32_t head)
{
    const dtn_word *w = &s->words[head];
    return (w->tag != DTN_TAG_VERB && w->tag != DTN_TAG_AUX) || is_passive(s, head) ||
                   dtn_lexicon_get(rules, known->direction.verb, w) ||
                   dtn_lexicon_get(rules, known->direction.verb_event, w)
               ? 0
               : sign_of_act(rules, known, s, head);
}

/* "Were sent home", "broke off the talks": a verb with a word behind it that takes away. */
static bool takes_away(const dtn_sentence *s, uint32_t verb)
{
    static const char *const words[][2] = {
        {"send", "home"}, {"send", "away"},  {"pull", "out"},  {"pull", "back"}, {"call", "off"},
        {"break", "off"}, {"stand", "down"}, {"take", "away"}, {"lay", "off"},   {"bring", "home"},
    };
    static const char *const alone[][2] = {
        /* of their subject */
        {"break", "down"}, {"broken", "down"}, {"fall", "through"},
        {"fall", "apart"}, {"come", "apart"},  {"die", "down"},
        {"die", "out"},    {"dry", "up"},      {"run", "out"},
    };
    for (size_t i = 0; verb + 1 < s->n && i < sizeof alone / sizeof *alone; i++)
        if ((dtn_word_is(&s->words[verb], alone[i][0]) || dtn_tree_is_form(s, verb, alone[i][0])) &&
            strcasecmp(s->words[verb + 1].form, alone[i][1]) == 0 &&
            dtn_tree_child(s, verb, "obj") == DTN_NO_WORD)
            return true;
    for (size_t i = 0; verb + 1 < s->n && i < sizeof words / sizeof *words; i++)
        if (dtn_word_is(&s->words[verb], words[i][0]) &&
            strcasecmp(s->words[verb + 1].form, words[i][1]) == 0)
            return true;
    return false;
}

/* "The festival drops its matinee", not "prices dropped ten percent". */
static bool acts_on_something(const dtn_sentence *s, uint32_t verb)
{
    static const char *const measures[] = {"percent", "%", "point", "cent", "fold"};
    for (uint32_t c = s->words[verb].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        bool is_measure = s->words[c].tag == DTN_TAG_NUM;
        for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
            is_measure |= dtn_word_is(&s->words[c], measures[i]);
        if (dtn_word_hangs(&s->words[c], "obj") && c > verb && !is_measure)
            return true;
    }
    return false;
}

/* What a verb says of its subject, by itself or with the words that complete it ("tends to fall"). */
static void move_by_verb(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *sentence, uint32_t head, dtn_direction *d)
{
    const dtn_word *word = &sentence->words[head];
    const int turned = turning(rules, known, sentence, head, word);
    const int of_subject = sign_by_subject(rules, known, sentence, head);
    if (turned || of_subject) {
        move(d, turned ? turned : of_subject, !turned);
        return;
    }
    uint32_t n = 0;
    if (falls_by_nature(rules, known, sentence, head) || falls_otherwise(sentence, head) ||
        dtn_lexicon_match(rules, known->direction.other, sentence->words, sentence->n, head, &n))
        return;
    if (!acts_on_something(sentence, head)) {
        if (move_by(rules, known->direction.verb, known->direction.verb_event, word, d))
            return;
    } else if (!sign_of_act(rules, known, sentence, head)) {
        const int one = word_sign(rules, known->direction.verb, word);
        move(d, one ? one : word_sign(rules, known->direction.verb_event, word), true);
        if (d->moved)
            return;
    }
    if (takes_away(sentence, head)) {
        move(d, -1, true);
        return;
    }
    const int act = sign_of_act(rules, known, sentence, head);
    if (act) { /* "rations were cut" says how many, "the deal was scrapped" what happened */
        move(d, act,
             !is_passive(sentence, head) ||
                 !dtn_lexicon_get(rules, known->direction.passive, word));
        return;
    }
    dtn_direction own = {1, 1, 1, false};
    for (uint32_t c = word->first_child; c != DTN_NO_WORD && !own.moved;
         c = sentence->words[c].next_sibling) {
        const dtn_word *w = &sentence->words[c];
        if (dtn_word_hangs(w, "xcomp") || dtn_word_hangs(w, "ccomp")) {
            if (!move_by(rules, known->direction.verb, known->direction.verb_event, w, &own) &&
                (w->tag == DTN_TAG_VERB ||
                 !move_by(rules, known->direction.mod, known->direction.mod_event, w, &own)))
                move_by_modifiers(rules, known, sentence, c, false, &own);
        } else if (dtn_word_hangs(w, "obj")) {
            dtn_direction object = {1, 1, 1, false};
            move_by_modifiers(rules, known, sentence, c, false, &object);
            if (object.moved)
                move(&own, object.all, true);
        }
    }
    d->all *= own.all;
    d->degree *= own.degree;
    d->denied *= own.denied;
    d->moved |= own.moved;
}

dtn_direction dtn_read_direction(const dtn_rules *rules, const dtn_words_known *known,
                                 const dtn_sentence *sentence, uint32_t head)
{
    const dtn_word *word = &sentence->words[head];
    dtn_direction d = {1, 1, 1, false};
    if (word->tag == DTN_TAG_VERB || word->tag == DTN_TAG_AUX) {
        move_by_verb(rules, known, sentence, head, &d);
        for (uint32_t c = word->first_child; c != DTN_NO_WORD; c = sentence->words[c].next_sibling)
            if (dtn_word_hangs(&sentence->words[c], "nsubj"))
                move_by_modifiers(rules, known, sentence, c, true, &d);
        if (dtn_read_is_undone(rules, known, sentence, head))
            deny(&d);
        return d;
    }
    const bool is_less = word_sign(rules, known->direction.of, word) < 0 ||
                         word_sign(rules, known->direction.of_event, word) < 0;
    if (has_complement(sentence, head))
        move_by(rules, known->direction.of, known->direction.of_event, word, &d);
    else if (is_less && !is_somebodys(sentence, head)) /* "the slump": itself what is named */
        move(&d, -1, true);
    const bool is_nominal = dtn_word_hangs(word, "obj") || dtn_word_hangs(word, "obl") ||
                            dtn_word_hangs(word, "nmod") || dtn_word_hangs(word, "nsubj");
    if (word->tag == DTN_TAG_ADJ && !is_nominal) { /* "is unlikely to last", not "those few" */
        if (dtn_lexicon_get(rules, known->negate.adjective, word))
            deny(&d);
        else
            move_by(rules, known->direction.mod, known->direction.mod_event, word, &d);
    }
    move_by_modifiers(rules, known, sentence, head, false, &d);
    /* "levels of low income": what a carrier noun carries may be moved itself */
    for (uint32_t c = word->first_child; c != DTN_NO_WORD; c = sentence->words[c].next_sibling)
        if (dtn_word_hangs(&sentence->words[c], "nmod") &&
            (dtn_word_is(word, "level") || dtn_word_is(word, "number") ||
             dtn_word_is(word, "rate") || dtn_word_is(word, "amount") ||
             dtn_word_is(word, "degree")))
            move_by_modifiers(rules, known, sentence, c, false, &d);
    return d;
}
