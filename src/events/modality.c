/* Did it happen? What the words around an event make of it: fact, denied, only possible, to come.
 *
 * Which word does what stands in reader/modality.tsv.
 *
 * The way goes from the trigger to the root. Each word on it may turn the value by what stands at it
 * (negation, modal verbs, "if", "possible", "ahead of") and by what it makes of what stands below: "deny"
 * and "prevent" undo, "fear" and "call for" leave open, "begin" and "take place" make real as far as they
 * are real themselves, "condemn" takes for granted, "say" passes on. So "failed to prevent an attack" is a
 * fact and "did not deny having shelled" too. A clause of time or cause, a relative clause and what is
 * only the subject or a known object of another verb ("the raid angered", "will examine the raid")
 * keep their own value.
 *
 * Not done: what follows from two sentences, irony, and counterfactuals ("had it not attacked").
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>

static const char *const modality_names[] = {"asserted", "reported", "denied", "hypothetical",
                                             "future"};
const char *dtn_modality_name(dtn_modality modality) { return modality_names[modality]; }

typedef dtn_event_finder finder;

/* ---- What words make of what stands below them ---------------------------------------------------- */

typedef dtn_embedding embedding;

static embedding look_up(const finder *f, const char *class_name, const char *word)
{
    char key[96];
    const size_t n = DTN_JOIN(key, sizeof key, class_name, ":", word);
    const uint32_t at = n < sizeof key ? dtn_map_get(&f->ew->embeddings, key) : DTN_MAP_NONE;
    return at == DTN_MAP_NONE ? DTN_UNKNOWN : (embedding)at;
}

/* Has word i one of the forms as a child by the relation? */
static bool has_form(const finder *f, uint32_t i, const char *relation, const char *forms)
{
    const uint32_t c = dtn_child(f->words, i, relation);
    return c != DTN_NO_WORD && dtn_one_of(f->words[c].form, forms);
}

bool dtn_event_is_word_of(const finder *f, const char *class_name, const char *word)
{
    return dtn_event_class_has(f->ew, class_name, word);
}

/* The preposition or mark "of", "than", "to" ... of a word with the word before it: "short of". */
static bool follows(const finder *f, uint32_t i, const char *marker, const char *before)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD && c < i;
         c = f->words[c].next_sibling)
        if (c > 0 && strcmp(f->words[c].lemma, marker) == 0 &&
            dtn_one_of(f->words[c - 1].form, before))
            return true;
    return false;
}

/* `below`: the child that asks; DTN_NO_WORD: none. */
static embedding embedding_of(const finder *f, uint32_t i, uint32_t below)
{
    const dtn_word *w = &f->words[i];
    if (w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN)
        return look_up(f, "noun", w->lemma);
    const bool has_next = i + 1 < f->n;
    if (has_next && (strcmp(w->lemma, "rule") == 0 || strcmp(w->lemma, "call") == 0) &&
        dtn_one_of(f->words[i + 1].form, "out|off"))
        return DTN_UNDOES; /* ruled out, called off */
    if (strcmp(w->lemma, "call") == 0 && w->tag == DTN_TAG_VERB &&
        dtn_child(f->words, i, "obj") == below)
        return DTN_KNOWN; /* "called the expulsion an insult" */
    if (has_next && strcmp(w->lemma, "go") == 0 && strcmp(w->form, "going") == 0 &&
        strcmp(f->words[i + 1].form, "to") == 0)
        return DTN_COMES;
    if (strcmp(w->lemma, "about") == 0 && below != DTN_NO_WORD &&
        dtn_event_has_child(f, below, "mark", "to")) /* was it done? */
        return has_form(f, i, "cop", "was|were|been") ? DTN_OPENS : DTN_COMES;
    if (strcmp(w->lemma, "have") == 0 && below != DTN_NO_WORD &&
        dtn_is_rel(&f->words[below], "xcomp") && dtn_event_has_child(f, below, "mark", "to") &&
        !follows(f, below, "to", "yet"))
        return DTN_OPENS; /* "has to stop" */
    const uint32_t looks = dtn_event_is_word_of(f, "seeming", w->lemma)
                               ? dtn_child(f->words, i, "xcomp")
                               : DTN_NO_WORD;
    if (looks != DTN_NO_WORD && looks != below && f->words[looks].tag == DTN_TAG_ADJ)
        return look_up(f, "adjective", f->words[looks].lemma); /* "looks likely" */
    const bool is_adjective = w->tag == DTN_TAG_ADJ;
    embedding what = look_up(f, is_adjective ? "adjective" : "verb", w->lemma);
    if (what == DTN_UNKNOWN)
        what = look_up(f, is_adjective ? "verb" : "adjective", w->lemma);
    return what != DTN_UNKNOWN ? what : dtn_event_is_saying(w) ? DTN_PASSES : DTN_UNKNOWN;
}

static bool is_as_real(embedding what) { return what == DTN_REAL_AS || what == DTN_TOLD; }

/* ---- What stands at a word itself ------------------------------------------------------------------ */

static const char no_words[] = "no|neither|nobody|none|nothing|no-one|nowhere";

/* "No more than 40", "not fewer than 12", "nearly 30": said of the number, not of what happened; "not only" denies nothing. */
static bool is_of_count(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (i + 2 >= f->n)
        return false;
    if (dtn_one_of(w[i].lemma, "not") && dtn_one_of(w[i + 1].lemma, "only|merely|just"))
        return true; /* "not only did it kill" */
    if (dtn_one_of(w[i].lemma, "nearly|almost"))
        return w[i + 1].tag != DTN_TAG_VERB && w[i + 1].tag != DTN_TAG_AUX;
    return dtn_one_of(w[i + 1].form, "more|fewer|less") && dtn_one_of(w[i + 2].lemma, "than");
}

/* A word that negates word i itself. */
static bool has_no(const finder *f, uint32_t i, const char *relation, const char *lemmas)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const dtn_word *w = &f->words[c];
        if (dtn_one_of(w->lemma, lemmas) && !is_of_count(f, c) &&
            (dtn_is_rel(w, "advmod") || dtn_is_rel(w, "aux") || dtn_is_rel(w, "mark") ||
             dtn_is_rel(w, "det") || dtn_is_rel(w, relation)))
            return true;
    }
    return false;
}

static bool is_no(const finder *f, uint32_t i)
{
    return dtn_one_of(f->words[i].lemma, no_words) || has_no(f, i, "cc:preconj", no_words);
}

/* "Not a single soldier was killed", "not one shot was fired". */
static bool is_not_one(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (uint32_t k = i; k-- > 0 && k + 5 > i;) {
        if (dtn_one_of(w[k].lemma, "not|n't") && dtn_one_of(w[k + 1].lemma, "a|an|one|even"))
            return k + 2 == i || dtn_one_of(w[k + 2].lemma, "single|one|a") ||
                   dtn_one_of(w[k + 1].lemma, "one|even");
        if (w[k].tag == DTN_TAG_VERB || w[k].tag == DTN_TAG_PUNCT || w[k].tag == DTN_TAG_ADP)
            return false;
    }
    return false;
}

/* "No soldier was killed", "neither side has withdrawn", "nobody was hurt", "under no circumstances". */
static bool has_no_argument(const finder *f, uint32_t i, uint32_t from)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const dtn_word *w = &f->words[c];
        if (dtn_is_rel(w, "obl") && dtn_event_is_word_of(f, "occasion", w->lemma) && is_no(f, c))
            return true;
        if (c == from)
            continue; /* counted already */
        if ((dtn_is_rel(w, "nsubj") || dtn_is_rel(w, "obj") || dtn_is_rel(w, "expl")) &&
            (is_no(f, c) || is_not_one(f, c)))
            return true;
    }
    return false;
}

/* "Neither invaded nor bombed", whatever the tree makes of the two. */
static bool is_in_neither(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    return w[i].tag == DTN_TAG_VERB && ((i > 0 && dtn_one_of(w[i - 1].lemma, "neither|nor")) ||
                                        dtn_event_has_child(f, i, "cc", "neither|nor"));
}

/* "Hardly anybody was killed", "scarcely a shot was fired". */
static bool has_hardly_any(const finder *f, uint32_t i)
{
    for (uint32_t k = i; k-- > 0 && k + 6 > i;)
        if (dtn_one_of(f->words[k].lemma, "hardly|scarcely|barely") &&
            dtn_one_of(f->words[k + 1].lemma, "any|anyone|anybody|anything|a|ever"))
            return true;
    return false;
}

/* `from`: the child that the way came from; DTN_NO_WORD: none. */
static bool is_negated(const finder *f, uint32_t i, uint32_t from)
{
    return has_no(f, i, "advmod", "not|never|n't|neither|nor|no|nearly|almost") ||
           has_hardly_any(f, i) || has_no_argument(f, i, from) ||
           dtn_event_has_child(f, i, "case", "without") ||
           follows(f, i, "of", "short|instead|Instead") || follows(f, i, "than", "rather|Rather") ||
           follows(f, i, "to", "yet") || is_in_neither(f, i);
}

/* "Had they been disarmed, ...", "were it to strike, ...": a condition without "if". */
static bool is_turned_condition(const finder *f, uint32_t i)
{
    const uint32_t first = f->words[i].first_child;
    return dtn_is_rel(&f->words[i], "advcl") && first != DTN_NO_WORD &&
           dtn_one_of(f->words[first].relation, "aux|aux:pass|cop|mark") &&
           dtn_one_of(f->words[first].form, "Had|Were|Should|had|were|should") &&
           dtn_child(f->words, i, "nsubj") != DTN_NO_WORD &&
           dtn_child(f->words, i, "nsubj") > first;
}

/* "Once they invade, nothing will hold": present in such a clause, and to come. */
static bool is_awaited(const finder *f, uint32_t i)
{
    static const char marks[] = "once|when|whenever|after|until|before";
    const dtn_word *w = &f->words[i];
    return (strcmp(w->xtag, "VBZ") == 0 || strcmp(w->xtag, "VBP") == 0) && dtn_is_rel(w, "advcl") &&
           w->head != DTN_NO_WORD &&
           (dtn_event_has_child(f, i, "mark", marks) ||
            dtn_event_has_child(f, i, "advmod", marks)) &&
           dtn_event_has_child(f, w->head, "aux", "will|would|shall");
}

static bool is_unreal(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "aux", "could|may|might|can|should|must|would") ||
           dtn_event_has_child(f, i, "mark", "if|unless|whether|lest|provided|provide|suppose") ||
           follows(f, i, "of", "event|case") || is_turned_condition(f, i) || is_awaited(f, i);
}

/* "Unless the guns are withdrawn, ...", "..., if it is provoked". */
static bool has_condition(const finder *f, uint32_t i)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if (dtn_is_rel(&f->words[c], "advcl") && dtn_event_has_child(f, c, "mark", "if|unless"))
            return true;
    return false;
}

/* "Must not attack", "should never shell": advice, whatever was done. */
static bool is_duty(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "aux", "must|should|shall|ought");
}

/* "Reopen the border.", "Do not strike.": an order, nothing that was done. */
static bool is_order(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t below = strcmp(w[i].lemma, "have") == 0 ? dtn_child(w, i, "xcomp") : DTN_NO_WORD;
    if (below != DTN_NO_WORD && strcmp(w[below].xtag, "VBN") == 0)
        return false; /* "never have they attacked" */
    if (w[i].head != DTN_NO_WORD || strcmp(w[i].xtag, "VB") != 0 ||
        dtn_child(w, i, "nsubj|csubj|expl|mark|cop") != DTN_NO_WORD)
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (w[k].tag != DTN_TAG_ADV && w[k].tag != DTN_TAG_PUNCT && w[k].tag != DTN_TAG_INTJ &&
            w[k].tag != DTN_TAG_PART && strcmp(w[k].lemma, "do") != 0)
            return false;
    return true;
}

static bool is_to_come(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "aux", "will|shall|ll|'ll") ||
           follows(f, i, "to", "is|are|was|were|due|set") || follows(f, i, "of", "ahead|Ahead") ||
           dtn_event_has_child(f, i, "case", "pending");
}

/* "A possible, feared, planned attack". */
static dtn_modality by_adjective(const finder *f, uint32_t i)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const dtn_word *w = &f->words[c];
        const bool is_after = dtn_is_rel(w, "acl"); /* "a visit planned for May" */
        if (!is_after && !dtn_is_rel(w, "amod"))
            continue;
        embedding what = look_up(f, "attribute", w->form);
        if (what == DTN_UNKNOWN && !is_after)
            what = look_up(f, "attribute", w->lemma);
        if (what == DTN_SAYS_FUTURE)
            return DTN_FUTURE;
        if (what != DTN_UNKNOWN && !is_after)
            return what == DTN_SAYS_REPORTED ? DTN_REPORTED : DTN_HYPOTHETICAL;
    }
    return DTN_ASSERTED;
}

/* "The attack", "its raids", "this war": known already. */
static bool is_definite(const finder *f, uint32_t i)
{
    if (f->words[i].tag == DTN_TAG_VERB)
        return false;
    return dtn_event_has_child(f, i, "det", "the|this|that|these|those") ||
           dtn_child(f->words, i, "nmod:poss|acl:relcl") != DTN_NO_WORD;
}

/* ---- The way up ------------------------------------------------------------------------------------ */

static bool is_real(dtn_modality m) { return m == DTN_ASSERTED || m == DTN_REPORTED; }

/* "Members will recall that the talks [broke] down": what is told in the past is not to come. */
static bool is_past_below(const finder *f, uint32_t i, uint32_t from)
{
    if (from == i || from == DTN_NO_WORD || !dtn_is_rel(&f->words[from], "ccomp") ||
        f->words[from].head != i)
        return false;
    return strcmp(f->words[from].xtag, "VBD") == 0 ||
           dtn_event_has_child(f, from, "aux", "had|was|were|did") ||
           dtn_event_has_child(f, from, "cop", "was|were");
}

/* The value with what stands at word i. */
static dtn_modality with_own(const finder *f, uint32_t i, uint32_t from, dtn_modality m)
{
    const bool no = is_negated(f, i, from);
    if (is_order(f, i))
        return DTN_HYPOTHETICAL;
    if (is_unreal(f, i))
        return no && is_real(m) && !is_duty(f, i) &&
                       !dtn_event_has_child(f, i, "mark", "if|unless|whether|lest")
                   ? DTN_DENIED
                   : DTN_HYPOTHETICAL;
    if (no)
        return m == DTN_DENIED ? DTN_ASSERTED : is_real(m) || m == DTN_FUTURE ? DTN_DENIED : m;
    if (m == DTN_ASSERTED &&
        dtn_event_has_child(f, i, "advmod", "allegedly|reportedly|purportedly|supposedly"))
        return DTN_REPORTED;
    if (is_real(m) &&
        dtn_event_has_child(f, i, "advmod", "possibly|probably|perhaps|maybe|presumably"))
        return DTN_HYPOTHETICAL;
    if (!is_real(m) || !is_to_come(f, i) || is_past_below(f, i, from))
        return m;
    return has_condition(f, i) ? DTN_HYPOTHETICAL : DTN_FUTURE;
}

static dtn_modality embedded(const finder *f, uint32_t below, uint32_t above, embedding what,
                             dtn_modality m)
{
    const bool no = is_negated(f, above, below) || dtn_event_has_child(f, above, "det", "no");
    switch (what) {
    case DTN_UNDOES:
        if (is_unreal(f, above) || is_to_come(f, above))
            return DTN_HYPOTHETICAL;
        if (no)
            return dtn_one_of(f->words[above].lemma, "rule|exclude") ? DTN_HYPOTHETICAL
                   : m == DTN_DENIED                                 ? m
                   : is_real(m) || m == DTN_FUTURE                   ? DTN_ASSERTED
                                                                     : m;
        return m == DTN_DENIED ? DTN_ASSERTED : DTN_DENIED;
    case DTN_DREADS: return is_definite(f, below) && is_real(m) ? m : DTN_HYPOTHETICAL;
    case DTN_OPENS: return DTN_HYPOTHETICAL;
    case DTN_COMES: return is_real(m) ? DTN_FUTURE : m;
    case DTN_DOUBTS: return no ? m : DTN_HYPOTHETICAL;
    case DTN_TOLD: return m == DTN_ASSERTED ? DTN_REPORTED : m;
    default: return m;
    }
}

/* Of a noun: does what stands above say anything of whether it took place? "Fears of", "called for", not
 * "spoke after". */
static bool is_content_by_case(const finder *f, uint32_t i)
{
    const uint32_t marker = dtn_child(f->words, i, "case|mark");
    return marker == DTN_NO_WORD ||
           dtn_one_of(f->words[marker].lemma,
                      "of|for|about|against|on|with|to|from|over|in|that|short");
}

/* "Rumours that the rebels had attacked": what the parser takes for a relative clause has a subject of
 * its own and is what the noun says. */
static bool is_told_by_noun(const finder *f, uint32_t i, embedding what)
{
    const uint32_t subject = dtn_child(f->words, i, "nsubj"), that = f->words[i].head + 1;
    return what != DTN_UNKNOWN && what != DTN_OPENS && that < i &&
           strcmp(f->words[that].form, "that") == 0 && subject != DTN_NO_WORD && subject > that;
}

static bool is_infinitive(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "mark", "to");
}

/* "Stopped shelling villages": no villages that shell, though the tree hangs the one on the other. */
bool dtn_event_is_gerund(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    return i > 0 && dtn_is_rel(&w[i], "amod") && strcmp(w[i].xtag, "VBG") == 0 && w[i].head > i &&
           w[i].head != DTN_NO_WORD && w[i - 1].tag == DTN_TAG_VERB && w[w[i].head].head == i - 1 &&
           embedding_of(f, i - 1, i) != DTN_UNKNOWN;
}

/* "Repeated calls for a ceasefire", "plans for an offensive lie on the desk": the noun right before the
 * preposition, though the tree hangs it elsewhere. */
static uint32_t head_of(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (dtn_event_is_gerund(f, i))
        return i - 1;
    /* "reached an agreement on Friday to halt the war" */
    const uint32_t object = dtn_is_rel(&w[i], "advcl") && w[i].head != DTN_NO_WORD
                                ? dtn_child(w, w[i].head, "obj")
                                : DTN_NO_WORD;
    if (object != DTN_NO_WORD && object < i && is_infinitive(f, i) &&
        embedding_of(f, object, i) == DTN_OPENS)
        return object;
    const uint32_t marker = dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "nmod")
                                ? dtn_child(w, i, "case")
                                : DTN_NO_WORD;
    const uint32_t before = marker != DTN_NO_WORD && marker > 0 && marker < i ? marker - 1 : i;
    const bool is_behind_noun = before != i && w[before].head != i &&
                                (w[before].tag == DTN_TAG_NOUN || w[before].tag == DTN_TAG_ADJ);
    return is_behind_noun && embedding_of(f, before, DTN_NO_WORD) != DTN_UNKNOWN ? before
                                                                                 : w[i].head;
}

/* "It is not clear why they killed him", "nobody knows who killed him": that they did is taken for granted. */
static bool is_asked_how(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t first = i;
    if (!(dtn_is_rel(&w[i], "ccomp") || dtn_is_rel(&w[i], "csubj") || dtn_is_rel(&w[i], "advcl") ||
          dtn_is_rel(&w[i], "acl")) ||
        is_infinitive(f, i))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD && c < first; c = w[first].first_child)
        first = c;
    return first < i && dtn_one_of(w[first].form, "why|how|who|what|where|when|which|whose|whom") &&
           w[i].head < first;
}

typedef enum way { STOP, CLIMB, SHARE } way; /* SHARE: one of two joined verbs, by itself */

/* May what stands above turn the value of word i? */
static way way_up(const finder *f, uint32_t i, bool is_noun, embedding what)
{
    const dtn_word *w = &f->words[i], *above = &f->words[head_of(f, i)];
    if (dtn_is_rel(w, "conj")) {
        /* "would not yield and attacked again": no infinitive as "yield" is */
        const bool is_finite = dtn_one_of(w->xtag, "VBD|VBZ|VBP") ||
                               (strcmp(w->xtag, "VBN") == 0 && strcmp(above->xtag, "VB") == 0);
        return is_finite || dtn_child(f->words, i, "nsubj|aux") != DTN_NO_WORD ? SHARE : CLIMB;
    }
    if (strcmp(w->relation, "acl:relcl") == 0)
        return is_told_by_noun(f, i, what) ? CLIMB : STOP;
    if (dtn_is_rel(w, "parataxis") || what == DTN_KNOWN || is_asked_how(f, i))
        return STOP;
    if (dtn_event_is_gerund(f, i))
        return CLIMB;
    if (dtn_is_rel(w, "ccomp") || dtn_is_rel(w, "xcomp") || dtn_is_rel(w, "csubj") ||
        dtn_is_rel(w, "case"))
        return CLIMB;
    if (dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBN") == 0 &&
        dtn_child(f->words, i, "mark|case|aux") == DTN_NO_WORD)
        return STOP; /* "talks hosted by": what was done to them */
    if (dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBG") == 0 && dtn_is_rel(above, "obj") &&
        above->head != DTN_NO_WORD &&
        dtn_event_is_word_of(f, "staging", f->words[above->head].lemma))
        return CLIMB; /* "simulated rebels attacking" */
    if (dtn_is_rel(w, "acl"))
        return what != DTN_UNKNOWN || is_infinitive(f, i) ? CLIMB : STOP;
    if (dtn_is_rel(w, "advcl") && what == DTN_UNDOES && strcmp(w->xtag, "VBG") == 0 && i > 0 &&
        strcmp(w[-1].form, ",") == 0)
        return STOP; /* "rejected the demand, insisting that": beside it */
    if (dtn_is_rel(w, "advcl"))
        return is_infinitive(f, i) || what == DTN_OPENS || what == DTN_DREADS ||
                       what == DTN_UNDOES ||
                       (strcmp(w->xtag, "VBG") == 0 &&
                        dtn_child(f->words, i, "mark|case|nsubj") == DTN_NO_WORD)
                   ? CLIMB
                   : STOP;
    if (dtn_is_rel(w, "nsubj") && strcmp(w->relation, "nsubj:pass") != 0)
        return (above->tag == DTN_TAG_ADJ && (what != DTN_UNKNOWN || !is_definite(f, i))) ||
                       is_as_real(what) || what == DTN_DOUBTS ||
                       (what == DTN_OPENS && !is_definite(f, i) &&
                        dtn_event_is_word_of(f, "seeming", above->lemma))
                   ? CLIMB
                   : STOP;
    if (dtn_is_rel(w, "obj") || strcmp(w->relation, "nsubj:pass") == 0)
        return what != DTN_UNKNOWN || !is_definite(f, i) ? CLIMB : STOP;
    if (dtn_is_rel(w, "nmod") || dtn_is_rel(w, "obl"))
        return is_content_by_case(f, i) && what != DTN_UNKNOWN && what != DTN_PASSES &&
                       !(is_noun && is_as_real(what) && dtn_is_rel(w, "obl") &&
                         above->tag != DTN_TAG_NOUN)
                   ? CLIMB
                   : STOP;
    return STOP;
}

/* "Did the army attack the village?": asked, not told. "Why did it?" takes it for granted. */
static bool is_asked(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    uint32_t end = f->n;
    while (end > 0 && w[end - 1].tag == DTN_TAG_PUNCT && strcmp(w[end - 1].form, "?") != 0)
        end--;
    uint32_t first = 0;
    while (first < end && w[first].tag == DTN_TAG_PUNCT)
        first++;
    const bool is_main = w[trigger].tag == DTN_TAG_VERB &&
                         (w[trigger].head == DTN_NO_WORD || dtn_is_rel(&w[trigger], "conj") ||
                          dtn_is_rel(&w[trigger], "xcomp"));
    return end > 0 && w[end - 1].tag == DTN_TAG_PUNCT && is_main &&
           dtn_one_of(w[first].lemma, "do|have|be|will|can|could|would|may|might|should|shall");
}

/* "Bombing the port would be a mistake", "an attack could follow": not known, and only thought of. */
static bool is_only_thought(const finder *f, uint32_t noun)
{
    const dtn_word *w = &f->words[noun];
    return w->head != DTN_NO_WORD && dtn_is_rel(w, "nsubj") && !is_definite(f, noun) &&
           dtn_event_has_child(f, w->head, "aux", "would|could|might|may");
}

/* "Would be met with strikes", "is expected to send envoys for a second round of talks": what they are to lead to. */
static bool is_led_to(const finder *f, uint32_t noun)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < 3 && dtn_is_rel(&w[noun], "nmod") && w[noun].head < noun &&
                        dtn_event_has_marker(f, noun, "of");
         steps++)
        noun = w[noun].head;
    const uint32_t verb = w[noun].head;
    if (verb == DTN_NO_WORD || !dtn_is_rel(&w[noun], "obl") || is_definite(f, noun) ||
        w[verb].tag != DTN_TAG_VERB)
        return false;
    if (dtn_event_has_marker(f, noun, "with|by|to|into"))
        return dtn_event_has_child(f, verb, "aux", "would|could|might|may|will");
    if (!dtn_event_has_marker(f, noun, "for") || !is_infinitive(f, verb) ||
        w[verb].head == DTN_NO_WORD || !dtn_is_rel(&w[verb], "xcomp"))
        return false;
    const embedding what = embedding_of(f, w[verb].head, verb);
    return what == DTN_OPENS || what == DTN_DREADS || what == DTN_COMES;
}

/* "If the patrols come back, the raids will end": foretold of both. */
static bool is_foretold(const finder *f, uint32_t noun)
{
    const dtn_word *w = &f->words[noun];
    return w->head != DTN_NO_WORD && dtn_is_rel(w, "nsubj") && strcmp(w->xtag, "NNS") == 0 &&
           dtn_event_has_child(f, w->head, "aux", "will|would|could|might|may") &&
           has_condition(f, w->head) && dtn_event_is_word_of(f, "course", f->words[w->head].lemma);
}

/* "The raids will end in May": whether they go on until then nobody knows. */
bool dtn_event_is_to_end(const finder *f, uint32_t noun)
{
    const dtn_word *w = &f->words[noun];
    return w->head != DTN_NO_WORD && dtn_is_rel(w, "nsubj") && strcmp(w->xtag, "NNS") == 0 &&
           is_to_come(f, w->head) && dtn_one_of(f->words[w->head].lemma, "end|stop|cease");
}

/* "There never was an attack". */
static bool is_never_there(const finder *f, uint32_t noun)
{
    const uint32_t verb = f->words[noun].head;
    return verb != DTN_NO_WORD && dtn_is_rel(&f->words[noun], "nsubj") &&
           strcmp(f->words[verb].lemma, "be") == 0 &&
           dtn_child(f->words, verb, "expl") != DTN_NO_WORD &&
           dtn_event_has_child(f, verb, "advmod", "never|not|n't");
}

/* "Any attack will be answered": of whatever may come. */
static bool is_any(const finder *f, uint32_t noun)
{
    const uint32_t det = dtn_child(f->words, noun, "det");
    return det != DTN_NO_WORD && strcmp(f->words[det].lemma, "any") == 0;
}

dtn_modality dtn_event_modality(const finder *f, uint32_t trigger, bool has_speaker)
{
    const dtn_word *w = f->words;
    bool is_noun = w[trigger].tag == DTN_TAG_NOUN || w[trigger].tag == DTN_TAG_PROPN;
    bool is_shared = false, ends = false, is_told = false;
    dtn_modality m = is_noun ? by_adjective(f, trigger) : DTN_ASSERTED;
    if (is_noun && is_never_there(f, trigger))
        return DTN_DENIED;
    uint32_t i = trigger, from = DTN_NO_WORD;
    if (is_noun && (is_only_thought(f, trigger) || is_foretold(f, trigger) ||
                    dtn_event_is_to_end(f, trigger) || is_led_to(f, trigger)))
        return DTN_HYPOTHETICAL;
    /* "it was behind the attack" says nothing of whether there was one */
    const bool is_place =
        is_noun && dtn_child(w, i, "cop") != DTN_NO_WORD && dtn_child(w, i, "case") != DTN_NO_WORD;
    for (int steps = 0; steps < DTN_EVENT_STEPS && !is_place; steps++) {
        const bool is_said = i == trigger || !is_noun || dtn_child(w, i, "cop") != DTN_NO_WORD;
        /* what ends it says nothing by its own "not" or "will"; "stop the strikes" calls for it */
        if (ends && (is_order(f, i) || is_duty(f, i)))
            m = DTN_HYPOTHETICAL;
        else if (!is_shared && is_said)
            m = with_own(f, i, from, m);
        const uint32_t above = head_of(f, i);
        if (above == DTN_NO_WORD)
            break;
        const embedding what = dtn_is_rel(&w[i], "conj") ? DTN_UNKNOWN : embedding_of(f, above, i);
        const way up = way_up(f, i, is_noun, what);
        if (up == STOP || (is_told && what == DTN_UNKNOWN))
            break; /* what cannot be verified is reported all the same */
        is_told = what == DTN_TOLD;
        is_shared = up == SHARE;
        ends = what == DTN_ENDS;
        if (!is_shared && !dtn_is_rel(&w[i], "conj")) {
            if (is_noun && i == trigger && is_as_real(what) && w[above].tag != DTN_TAG_NOUN &&
                m != DTN_DENIED)
                m = DTN_ASSERTED; /* "the planned visit took place" */
            m = embedded(f, i, above, what, m);
            /* what becomes of the saying, undoing, fearing says nothing more of it */
            is_shared = !is_as_real(what) && what != DTN_UNKNOWN;
            if (dtn_is_rel(&w[i], "advcl") && is_infinitive(f, i) && m == DTN_DENIED)
                m = DTN_HYPOTHETICAL; /* "sailed to prevent an attack" */
        }
        is_noun = w[above].tag == DTN_TAG_NOUN || w[above].tag == DTN_TAG_PROPN;
        if (is_noun && !is_shared)
            m = dtn_event_has_child(f, above, "det", "no") && is_as_real(what) && is_real(m)
                    ? DTN_DENIED
                    : m;
        from = i;
        i = above;
    }
    if (is_real(m) && (is_asked(f, trigger) || dtn_event_is_only_named(f, trigger)))
        return DTN_HYPOTHETICAL;
    m = dtn_event_framed(f, trigger, m);
    if ((is_real(m) || m == DTN_FUTURE) && is_any(f, trigger))
        return DTN_HYPOTHETICAL;
    return m == DTN_ASSERTED && has_speaker ? DTN_REPORTED : m;
}
