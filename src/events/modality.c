/* Did it happen? What the words around an event make of it: fact, denied, only possible, to come.
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

#include <string.h>

static const char *const modality_names[] = {"asserted", "reported", "denied", "hypothetical",
                                             "future"};
const char *dtn_modality_name(dtn_modality modality) { return modality_names[modality]; }

typedef dtn_event_finder finder;

/* ---- What words make of what stands below them ---------------------------------------------------- */

typedef enum embedding {
    PASSES,  /* says it: the value stays, whatever becomes of the saying */
    REAL_AS, /* is real as far as the word itself is: begin, launch, take place */
    UNDOES,  /* deny, prevent, fail, cancel */
    OPENS,   /* demand, plan, threaten */
    DREADS,  /* fear, expect: open, unless it is known already ("the attack") */
    COMES,   /* scheduled: to come */
    DOUBTS,  /* doubt, rumour: open; "no doubt that": fact */
    KNOWN,   /* regret, condemn: fact */
    UNKNOWN
} embedding;

static const struct {
    embedding what;
    const char *lemmas;
} verbs[] = {
    {UNDOES,
     "deny|refute|dispute|reject|dismiss|fail|refrain|abstain|prevent|avert|avoid|forestall|thwart|"
     "foil|cancel|scrap|abort|forgo|forego|disprove|debunk"},
    {OPENS,
     "threaten|warn|demand|urge|call|want|ask|request|appeal|seek|plan|intend|hope|try|attempt|"
     "refuse|offer|agree|pledge|promise|vow|suggest|propose|prepare|decide|advise|recommend|"
     "allow|order|aim|press|deter|plot|weigh|mull|contemplate|authorize|authorise|discourage|"
     "oppose|push|plead|lobby|need|require|postpone|delay|advocate|rehearse|swear|invite|"
     "conspire|scheme|vote|campaign|ponder|study|debate|hesitate|clamour|dread|entitle|compel|"
     "wish|mean|brace|dream|incite|forbid|ban|persuade|dissuade|tend|speculate"},
    {DREADS, "fear|worry|expect|consider|anticipate|predict|foresee|imagine|risk|envisage|await|"
             "suspect|wonder|assume|envision"},
    {COMES, "schedule|slate|provide|foreshadow"},
    {DOUBTS, "doubt|rumour|rumor"},
    {KNOWN, "regret|condemn|forget|remember|know|realize|realise|investigate|examine|criticize|"
            "criticise|denounce|deplore|mourn|survive|witness|celebrate|justify|confirm|resent|"
            "welcome|praise|avenge|discuss|protest"},
    {REAL_AS,
     "begin|start|launch|resume|continue|stage|mount|conduct|carry|hold|take|occur|happen|commit|"
     "perpetrate|wage|undertake|make|impose|lift|sign|declare|open|record|register|execute|"
     "manage|go|proceed|see|lead|unleash|complete|come|succeed|help|force|keep|"
     "reach|broker|conclude|pay|give|issue|do|attend|erupt|break|materialize|"
     "materialise|last|ensue|unfold|resort|admit|acknowledge|return|travel|use"},
};

static const struct {
    embedding what;
    const char *lemmas;
} nouns[] = {
    {UNDOES, "denial|absence|lack|prevention|cancellation|failure|refusal"},
    {OPENS,
     "threat|plan|demand|attempt|intention|preparation|decision|call|appeal|plea|proposal|"
     "offer|pledge|promise|vow|request|plot|bid|order|effort|campaigning|readiness|willingness|"
     "motion|idea|option|agreement|deal|accord|ultimatum|talk|conspiracy|desire|right|ability|capacity|opportunity|pretext|ambition|goal|aim|wish|need|vote|debate|"
     "pressure|mandate|capability|authority|urge|"
     "permission|warning"},
    {DREADS,
     "risk|fear|danger|prospect|possibility|chance|hope|worry|concern|expectation|likelihood|"
     "probability|anticipation|anxiety|spectre|specter|speculation|scenario|case|event|cost"},
    {DOUBTS, "doubt|rumour|rumor|question|myth|uncertainty"},
    {REAL_AS,
     "launch|start|beginning|resumption|onset|outbreak|wave|series|spate|round|report|sign|"
     "evidence|indication|proof|trace|claim|record|allegation|accusation|suggestion|assertion|"
     "notion|statement"},
};

static const struct {
    embedding what;
    const char *lemmas;
} adjectives[] = {
    {UNDOES, "false|untrue|baseless|unfounded|fabricated|impossible"},
    {OPENS,
     "ready|willing|prepared|able|eager|keen|likely|unlikely|possible|inevitable|unable|"
     "conceivable|imminent|necessary|unclear|uncertain|unthinkable|probable|unwilling|reluctant|needed|"
     "poised|doubtful|unsure|desirable|unconfirmed|unnecessary|free"},
    {DREADS, "afraid|fearful|wary|anxious|worried|concerned|nervous"},
    {REAL_AS, "true|over|underway|clear|certain"},
};

#define LOOK_UP(table, lemma)                                    \
    for (size_t k = 0; k < sizeof(table) / sizeof *(table); k++) \
        if (dtn_one_of(lemma, (table)[k].lemmas))                \
            return (table)[k].what;

/* `below`: the child that asks; DTN_NO_WORD: none. */
static embedding embedding_of(const finder *f, uint32_t i, uint32_t below)
{
    const dtn_word *w = &f->words[i];
    if (w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN) {
        LOOK_UP(nouns, w->lemma)
        return UNKNOWN;
    }
    const bool has_next = i + 1 < f->n;
    if (has_next && (strcmp(w->lemma, "rule") == 0 || strcmp(w->lemma, "call") == 0) &&
        dtn_one_of(f->words[i + 1].form, "out|off"))
        return UNDOES; /* ruled out, called off */
    if (strcmp(w->lemma, "call") == 0 && w->tag == DTN_TAG_VERB &&
        dtn_child(f->words, i, "obj") == below)
        return KNOWN; /* "called the expulsion an insult" */
    if (has_next && strcmp(w->lemma, "go") == 0 && strcmp(w->form, "going") == 0 &&
        strcmp(f->words[i + 1].form, "to") == 0)
        return COMES;
    if (w->tag == DTN_TAG_ADJ)
        LOOK_UP(adjectives, w->lemma)
    LOOK_UP(verbs, w->lemma)
    LOOK_UP(adjectives, w->lemma)
    return dtn_event_is_saying(w) ? PASSES : UNKNOWN;
}

/* ---- What stands at a word itself ------------------------------------------------------------------ */

static const char no_words[] = "no|neither|nobody|none|nothing|no-one|nowhere";

static bool is_no(const finder *f, uint32_t i)
{
    return dtn_one_of(f->words[i].lemma, no_words) ||
           dtn_event_has_child(f, i, "cc:preconj", no_words);
}

/* "No soldier was killed", "neither side has withdrawn", "nobody was hurt", "under no circumstances". */
static bool has_no_argument(const finder *f, uint32_t i, uint32_t from)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const dtn_word *w = &f->words[c];
        if (dtn_is_rel(w, "obl") &&
            dtn_one_of(w->lemma, "circumstance|point|time|way|stage|moment") && is_no(f, c))
            return true;
        if (c == from)
            continue; /* counted already */
        if ((dtn_is_rel(w, "nsubj") || dtn_is_rel(w, "obj") || dtn_is_rel(w, "expl")) &&
            is_no(f, c))
            return true;
    }
    return false;
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

/* `from`: the child that the way came from; DTN_NO_WORD: none. */
static bool is_negated(const finder *f, uint32_t i, uint32_t from)
{
    return dtn_event_has_child(f, i, "advmod", "not|never|n't|neither|nor|no") ||
           has_no_argument(f, i, from) || dtn_event_has_child(f, i, "case", "without") ||
           follows(f, i, "of", "short|instead|Instead") || follows(f, i, "than", "rather|Rather") ||
           follows(f, i, "to", "yet");
}

/* "Had they been disarmed, ...", "were it to strike, ...": a condition without "if". */
static bool is_turned_condition(const finder *f, uint32_t i)
{
    const uint32_t first = f->words[i].first_child;
    return dtn_is_rel(&f->words[i], "advcl") && first != DTN_NO_WORD &&
           (dtn_is_rel(&f->words[first], "aux") || dtn_is_rel(&f->words[first], "cop")) &&
           dtn_one_of(f->words[first].form, "Had|Were|Should|had|were|should") &&
           dtn_child(f->words, i, "nsubj") != DTN_NO_WORD &&
           dtn_child(f->words, i, "nsubj") > first;
}

static bool is_unreal(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "aux", "could|may|might|can|should|must|would") ||
           dtn_event_has_child(f, i, "mark", "if|unless|whether|lest|provided|provide|suppose") ||
           follows(f, i, "of", "event|case") || is_turned_condition(f, i);
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
        if (dtn_is_rel(w, "acl") && dtn_one_of(w->form, "planned|scheduled|slated|due|foreseen"))
            return DTN_FUTURE;
        if (!dtn_is_rel(w, "amod"))
            continue;
        if (dtn_one_of(w->lemma,
                       "possible|potential|feared|fear|threatened|threaten|imminent|looming|loom|"
                       "proposed|propose|would-be|hypothetical|prospective|likely|"
                       "impending|expected|expect|attempted|attempt|eventual|rumoured|rumored|"
                       "unlikely|conceivable|suspected|long-feared"))
            return DTN_HYPOTHETICAL;
        if (dtn_one_of(w->form, "planned|upcoming|forthcoming|scheduled|future|coming"))
            return DTN_FUTURE;
        if (dtn_one_of(w->form, "alleged|purported|reported"))
            return DTN_REPORTED;
    }
    return DTN_ASSERTED;
}

/* "The attack", "its raids", "this war": known already. */
static bool is_definite(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "det", "the|this|that|these|those") ||
           dtn_child(f->words, i, "nmod:poss|acl:relcl") != DTN_NO_WORD;
}

/* ---- The way up ------------------------------------------------------------------------------------ */

static bool is_real(dtn_modality m) { return m == DTN_ASSERTED || m == DTN_REPORTED; }

/* The value with what stands at word i. */
static dtn_modality with_own(const finder *f, uint32_t i, uint32_t from, dtn_modality m)
{
    const bool no = is_negated(f, i, from);
    if (is_unreal(f, i))
        return no && is_real(m) && !dtn_event_has_child(f, i, "mark", "if|unless|whether|lest")
                   ? DTN_DENIED
                   : DTN_HYPOTHETICAL;
    if (no)
        return m == DTN_DENIED ? DTN_ASSERTED : is_real(m) || m == DTN_FUTURE ? DTN_DENIED : m;
    return is_real(m) && is_to_come(f, i) ? DTN_FUTURE : m;
}

static dtn_modality embedded(const finder *f, uint32_t below, uint32_t above, embedding what,
                             dtn_modality m)
{
    const bool no = is_negated(f, above, below) || dtn_event_has_child(f, above, "det", "no");
    switch (what) {
    case UNDOES:
        if (is_unreal(f, above) || is_to_come(f, above))
            return DTN_HYPOTHETICAL;
        if (no)
            return strcmp(f->words[above].lemma, "rule") == 0 ? DTN_HYPOTHETICAL
                   : m == DTN_DENIED                          ? m
                   : is_real(m) || m == DTN_FUTURE            ? DTN_ASSERTED
                                                              : m;
        return m == DTN_DENIED ? DTN_ASSERTED : DTN_DENIED;
    case DREADS: return is_definite(f, below) && is_real(m) ? m : DTN_HYPOTHETICAL;
    case OPENS: return DTN_HYPOTHETICAL;
    case COMES: return is_real(m) ? DTN_FUTURE : m;
    case DOUBTS: return no ? m : DTN_HYPOTHETICAL;
    default: return m;
    }
}

static bool is_infinitive(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "mark", "to");
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
    return what != UNKNOWN && what != OPENS && that < i &&
           strcmp(f->words[that].form, "that") == 0 && subject != DTN_NO_WORD && subject > that;
}

/* "Repeated calls for a ceasefire": the noun right before the preposition, though the tree hangs both
 * on the verb. */
static uint32_t head_of(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t marker = dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "nmod")
                                ? dtn_child(w, i, "case")
                                : DTN_NO_WORD;
    const bool is_sibling = marker != DTN_NO_WORD && marker > 0 && marker < i &&
                            w[marker - 1].tag == DTN_TAG_NOUN && w[marker - 1].head == w[i].head;
    return is_sibling && embedding_of(f, marker - 1, DTN_NO_WORD) != UNKNOWN ? marker - 1
                                                                             : w[i].head;
}

typedef enum way { STOP, CLIMB, SHARE } way; /* SHARE: one of two joined verbs, by itself */

/* May what stands above turn the value of word i? */
static way way_up(const finder *f, uint32_t i, bool is_noun, embedding what)
{
    const dtn_word *w = &f->words[i], *above = &f->words[head_of(f, i)];
    if (dtn_is_rel(w, "conj")) {
        const bool is_finite = dtn_one_of(w->xtag, "VBD|VBZ|VBP");
        return is_finite || dtn_child(f->words, i, "nsubj|aux") != DTN_NO_WORD ? SHARE : CLIMB;
    }
    if (strcmp(w->relation, "acl:relcl") == 0)
        return is_told_by_noun(f, i, what) ? CLIMB : STOP;
    if (dtn_is_rel(w, "parataxis") || what == KNOWN)
        return STOP;
    if (dtn_is_rel(w, "ccomp") || dtn_is_rel(w, "xcomp") || dtn_is_rel(w, "csubj") ||
        dtn_is_rel(w, "case"))
        return CLIMB;
    if (dtn_is_rel(w, "acl"))
        return what != UNKNOWN || is_infinitive(f, i) ? CLIMB : STOP;
    if (dtn_is_rel(w, "advcl"))
        return is_infinitive(f, i) || what == OPENS || what == DREADS || what == UNDOES ||
                       (strcmp(w->xtag, "VBG") == 0 &&
                        dtn_child(f->words, i, "mark|case|nsubj") == DTN_NO_WORD)
                   ? CLIMB
                   : STOP;
    if (dtn_is_rel(w, "nsubj") && strcmp(w->relation, "nsubj:pass") != 0)
        return above->tag == DTN_TAG_ADJ || what == REAL_AS || what == DOUBTS ? CLIMB : STOP;
    if (dtn_is_rel(w, "obj") || strcmp(w->relation, "nsubj:pass") == 0)
        return what != UNKNOWN || !is_definite(f, i) ? CLIMB : STOP;
    if (dtn_is_rel(w, "nmod") || dtn_is_rel(w, "obl"))
        return is_content_by_case(f, i) && what != UNKNOWN && what != PASSES &&
                       !(is_noun && what == REAL_AS && dtn_is_rel(w, "obl") &&
                         above->tag != DTN_TAG_NOUN)
                   ? CLIMB
                   : STOP;
    return STOP;
}

dtn_modality dtn_event_modality(const finder *f, uint32_t trigger, bool has_speaker)
{
    const dtn_word *w = f->words;
    bool is_noun = w[trigger].tag == DTN_TAG_NOUN || w[trigger].tag == DTN_TAG_PROPN;
    bool is_shared = false;
    dtn_modality m = is_noun ? by_adjective(f, trigger) : DTN_ASSERTED;
    uint32_t i = trigger, from = DTN_NO_WORD;
    /* "it was behind the attack" says nothing of whether there was one */
    const bool is_place =
        is_noun && dtn_child(w, i, "cop") != DTN_NO_WORD && dtn_child(w, i, "case") != DTN_NO_WORD;
    for (int steps = 0; steps < DTN_EVENT_STEPS && !is_place; steps++) {
        if (!is_shared && (i == trigger || !is_noun))
            m = with_own(f, i, from, m);
        const uint32_t above = head_of(f, i);
        if (above == DTN_NO_WORD)
            break;
        const embedding what = dtn_is_rel(&w[i], "conj") ? UNKNOWN : embedding_of(f, above, i);
        const way up = way_up(f, i, is_noun, what);
        if (up == STOP)
            break;
        is_shared = up == SHARE;
        if (!is_shared && !dtn_is_rel(&w[i], "conj")) {
            if (is_noun && i == trigger && what == REAL_AS && w[above].tag != DTN_TAG_NOUN &&
                m != DTN_DENIED)
                m = DTN_ASSERTED; /* "the planned visit took place" */
            m = embedded(f, i, above, what, m);
            /* what becomes of the saying, undoing, fearing says nothing more of it */
            is_shared = what != REAL_AS && what != UNKNOWN;
            if (dtn_is_rel(&w[i], "advcl") && is_infinitive(f, i) && m == DTN_DENIED)
                m = DTN_HYPOTHETICAL; /* "sailed to prevent an attack" */
        }
        is_noun = w[above].tag == DTN_TAG_NOUN || w[above].tag == DTN_TAG_PROPN;
        if (is_noun && !is_shared)
            m = dtn_event_has_child(f, above, "det", "no") && what == REAL_AS && is_real(m)
                    ? DTN_DENIED
                    : m;
        from = i;
        i = above;
    }
    return m == DTN_ASSERTED && has_speaker ? DTN_REPORTED : m;
}
