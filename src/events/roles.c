/* Who did it to whom, by weights: the likeliest of the sentence's actors.
 *
 * The grammar of events.c proposes; here every actor of the sentence is a candidate for source and
 * for target, and two logistic models choose by where it stands: the path through the tree, its
 * preposition, its place among the others, and whether the grammar chose it. A bare "police" or
 * "the president" may be a state's that the sentence names elsewhere: that is a candidate of its
 * own. A third model says how often type, source and target of such an event are all right.
 * Weights: reader/weights/events.tsv, made by tools/train_events.py with the features from here.
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>

#include "num/num.h"

#define MAX_CANDIDATES 24 /* of a sentence; what comes later has little to do with its events */
#define MAX_STATES 3      /* that a bare sector may belong to */
#define MAX_PATH 5        /* steps through the tree; longer ones are "far" */
#define MAX_NAME 120      /* bytes of a feature's name */
#define MAX_LOG_ODDS 12.0 /* no event is surer than the training could tell */

struct dtn_event_candidate {
    uint32_t word; /* DTN_NO_WORD: no word of the sentence, what the grammar brought */
    char code[DTN_MAX_ACTOR_TEXT];
    char kind;            /* S state, s sector, B both, O other, P pronoun, A adjective */
    const char *borrowed; /* how its state came: "place", "owner", "other"; NULL: its own */
    uint32_t lender;      /* the word that named that state; DTN_NO_WORD */
};

/* ---- Candidates -------------------------------------------------------------------------------- */

bool dtn_is_bare_sector(const char *code)
{
    return strlen(code) == 3 && dtn_one_of(code, "GOV|MIL|COP|SPY|REB|OPP|LEG|JUD|PTY|CIV|REF|LAB");
}

static char kind_of(const dtn_event_finder *f, uint32_t i, const char *code)
{
    const size_t n = strlen(code);
    if (f->words[i].tag == DTN_TAG_PRON)
        return 'P';
    if (f->words[i].tag == DTN_TAG_ADJ)
        return 'A';
    return dtn_is_bare_sector(code) ? 's' : n == 3 ? 'S' : n == 6 ? 'B' : 'O';
}

/* Part of a phrase whose head is an actor already? */
static bool is_inside_of_actor(const dtn_event_finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    dtn_actor above;
    if (w->head == DTN_NO_WORD ||
        !(dtn_is_rel(w, "compound") || dtn_is_rel(w, "flat") || dtn_is_rel(w, "amod") ||
          dtn_is_rel(w, "appos") || dtn_is_rel(w, "conj") || dtn_is_rel(w, "nmod:desc") ||
          dtn_is_rel(w, "nmod:poss")))
        return false;
    uint32_t n_matched = 0;
    if (w->head > i && dtn_actor_match(f->ew, f->words, f->n, i, f->day, &n_matched) &&
        i + n_matched > w->head)
        return true; /* "New" of "New Delhi" */
    return dtn_actor_of(f->ew, f->words, f->n, w->head, f->day, &above) &&
           (above.sector[0] || above.other[0] || dtn_is_rel(w, "conj") || dtn_is_rel(w, "flat"));
}

static void add_candidate(dtn_event_finder *f, uint32_t i, const char *code, char kind,
                          const char *borrowed, uint32_t lender)
{
    if (f->n_candidate == MAX_CANDIDATES)
        return;
    dtn_event_candidate *c = &f->candidates[f->n_candidate++];
    *c = (dtn_event_candidate){.word = i, .kind = kind, .borrowed = borrowed, .lender = lender};
    (void)DTN_JOIN(c->code, sizeof c->code, code);
}

static bool has_marker(const dtn_event_finder *f, uint32_t i, const char *list)
{
    const uint32_t marker = dtn_child(f->words, i, "case");
    return marker != DTN_NO_WORD && dtn_one_of(f->words[marker].lemma, list);
}

/* "12 kilometres from the capital", "north of the border" */
static bool is_far_from(const dtn_event_finder *f, uint32_t i)
{
    const uint32_t marker = dtn_child(f->words, i, "case");
    return marker != DTN_NO_WORD && marker > 0 &&
           dtn_one_of(f->words[marker].lemma, "from|of|off") &&
           (dtn_is_measure(&f->words[marker - 1]) ||
            dtn_one_of(f->words[marker - 1].lemma, "north|south|east|west|away|far|outside"));
}

static bool is_in_place(const dtn_event_finder *f, uint32_t i)
{
    const uint32_t marker = dtn_child(f->words, i, "case");
    return marker != DTN_NO_WORD &&
           dtn_one_of(f->words[marker].lemma, "in|at|near|throughout|across|inside|outside");
}

/* Has it a state to lend: no group, no kind of people? */
static bool is_of_state(const dtn_event_finder *f, const dtn_event_candidate *c)
{
    dtn_actor actor;
    return strchr("SBA", c->kind) && dtn_actor_of(f->ew, f->words, f->n, c->word, f->day, &actor) &&
           actor.state[0] && !actor.other[0];
}

/* "Both armies", "the two governments": of no one state. */
static bool is_of_several(const dtn_event_finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_one_of(w[i].lemma, "army|government|navy|military|administration|parliament|ministry|"
                                "minister|president|premier|leader|court"))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD && c < i; c = w[c].next_sibling)
        if (dtn_one_of(w[c].lemma, "both|two|three|neither|several|all"))
            return true;
    return false;
}

/* A bare sector with the states that the sentence names. */
static void borrow_states(dtn_event_finder *f)
{
    const size_t n = f->n_candidate;
    for (size_t a = 0; a < n; a++) {
        size_t n_state = 0;
        const dtn_event_candidate bare = f->candidates[a];
        if (!dtn_is_bare_sector(bare.code) || is_of_several(f, bare.word))
            continue;
        for (size_t b = 0; b < n && n_state < MAX_STATES; b++) {
            const dtn_event_candidate *from = &f->candidates[b];
            char code[8];
            bool is_known = from->borrowed || !is_of_state(f, from);
            for (size_t k = n; k < f->n_candidate && !is_known; k++)
                is_known = f->candidates[k].word == bare.word &&
                           strncmp(f->candidates[k].code, from->code, 3) == 0;
            if (is_known)
                continue;
            (void)snprintf(code, sizeof code, "%.3s%.3s", from->code, bare.code);
            add_candidate(f, bare.word, code, 'B',
                          is_in_place(f, from->word)                       ? "place"
                          : f->words[from->word].head == bare.word         ? "own"
                          : dtn_is_rel(&f->words[from->word], "nmod:poss") ? "owner"
                                                                           : "other",
                          from->word);
            n_state++;
        }
    }
}

void dtn_roles_candidates(dtn_event_finder *f)
{
    if (!f->candidates)
        f->candidates = DTN_NEW_N(f->arena, dtn_event_candidate, MAX_CANDIDATES);
    f->n_candidate = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        char code[DTN_MAX_ACTOR_TEXT];
        const dtn_word *w = &f->words[i];
        const bool may = w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN ||
                         (w->tag == DTN_TAG_PRON && !dtn_one_of(w->lemma, "who|which|that|whom")) ||
                         (w->tag == DTN_TAG_ADJ && dtn_is_rel(w, "amod"));
        char group[DTN_MAX_ACTOR_TEXT];
        if (may && w->head != DTN_NO_WORD && strcmp(w->relation, "nmod:poss") == 0 &&
            dtn_actor_is_unknown(f->words, f->n, w->head) && !dtn_event_actor_at(f, w->head, group))
            continue;
        if (may && !is_inside_of_actor(f, i) && dtn_event_actor_at(f, i, code))
            add_candidate(f, i, code, kind_of(f, i, code), NULL, DTN_NO_WORD);
    }
    borrow_states(f);
}

void dtn_roles_own_speaker(const dtn_event_finder *f, char speaker[DTN_MAX_ACTOR_TEXT])
{
    const char *found = NULL;
    if (!dtn_is_bare_sector(speaker))
        return;
    for (size_t k = 0; k < f->n_candidate; k++) {
        const dtn_event_candidate *c = &f->candidates[k];
        if (c->borrowed || c->kind != 'B' || strcmp(c->code + 3, speaker) != 0)
            continue;
        if (found && strcmp(found, c->code) != 0)
            return;
        found = c->code;
    }
    if (found)
        memcpy(speaker, found, DTN_MAX_ACTOR_TEXT);
}

/* ---- Where a candidate stands -------------------------------------------------------------------- */

typedef struct place {
    char path[MAX_NAME]; /* "^xcomp^conj>obj": up and down from the trigger */
    const char *last;    /* relation of its last step */
    const char *marker;  /* preposition, "" none */
    int steps;
} place;

static void base_relation(const dtn_word *w, char out[24])
{
    size_t n = strcspn(w->relation, ":");
    if (strcmp(w->relation, "obl:agent") == 0 || strcmp(w->relation, "nsubj:pass") == 0 ||
        strcmp(w->relation, "nmod:poss") == 0)
        n = strlen(w->relation);
    (void)snprintf(out, 24, "%.*s", (int)n, w->relation);
}

static int depth_of(const dtn_word *w, uint32_t i)
{
    int depth = 0;
    for (; i != DTN_NO_WORD && depth < 200; i = w[i].head)
        depth++;
    return depth;
}

static void find_path(const dtn_word *w, uint32_t from, uint32_t to, place *out)
{
    uint32_t up[MAX_PATH + 1], down[MAX_PATH + 1];
    int n_up = 0, n_down = 0, a = depth_of(w, from), b = depth_of(w, to);
    size_t n = 0;
    char relation[24];
    while (from != to && n_up + n_down <= MAX_PATH) {
        if (a >= b) {
            up[n_up++] = from;
            from = w[from].head;
            a--;
        } else {
            down[n_down++] = to;
            to = w[to].head;
            b--;
        }
        if (from == DTN_NO_WORD || to == DTN_NO_WORD)
            break;
    }
    out->steps = n_up + n_down;
    if (from != to) {
        (void)snprintf(out->path, sizeof out->path, "far");
        out->steps = MAX_PATH + 1;
        return;
    }
    out->path[0] = '\0';
    for (int i = 0; i < n_up; i++) {
        base_relation(&w[up[i]], relation);
        n += (size_t)snprintf(out->path + n, sizeof out->path - n, "^%s", relation);
    }
    for (int i = n_down; i-- > 0;) {
        base_relation(&w[down[i]], relation);
        n += (size_t)snprintf(out->path + n, sizeof out->path - n, ">%s", relation);
    }
}

static place place_of(const dtn_event_finder *f, uint32_t trigger, const dtn_event_candidate *c)
{
    place p = {.path = "none", .last = "", .marker = "", .steps = MAX_PATH + 1};
    if (c->word == DTN_NO_WORD)
        return p;
    find_path(f->words, trigger, c->word, &p);
    p.last = f->words[c->word].relation;
    const uint32_t marker = dtn_child(f->words, c->word, "case");
    if (marker != DTN_NO_WORD)
        p.marker = f->words[marker].lemma;
    return p;
}

/* The subject of a verb that tells of the rest: "..., police said". */
static bool is_teller(const dtn_event_finder *f, uint32_t i, uint32_t trigger)
{
    if (dtn_event_is_headline_teller(f, i))
        return true;
    if (i == DTN_NO_WORD || !dtn_is_rel(&f->words[i], "nsubj"))
        return false;
    const uint32_t verb = f->words[i].head;
    return verb != DTN_NO_WORD && verb != trigger && dtn_event_is_saying(&f->words[verb]);
}

/* ---- Features ------------------------------------------------------------------------------------ */

typedef struct sum {
    const dtn_event_finder *f;
    char model;
    size_t candidate;
    const char *code;
    double value;
} sum;

static void feature(sum *s, double value, const char *name, const char *a, const char *b)
{
    char full[MAX_NAME + 40];
    const char model[] = {s->model, '\0'};
    (void)DTN_JOIN(full, sizeof full, model, ":", name, "=", a, "/", b);
    if (s->f->ew->weights)
        s->value += value * dtn_weights_get(s->f->ew->weights, full);
    if (s->f->trace)
        s->f->trace(s->f->trace_ctx, s->f->n_event, s->model, s->candidate, s->code, full, value);
}

static const char *digit(size_t n)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4"};
    return digits[n < 4 ? n : 4];
}

static void features_of_order(sum *s, const dtn_event *e, const dtn_event_candidate *c)
{
    const dtn_event_finder *f = s->f;
    size_t between = 0, before = 0, same = 0;
    const bool is_before = c->word < e->trigger;
    for (size_t k = 0; k < f->n_candidate; k++) {
        const dtn_event_candidate *o = &f->candidates[k];
        if (o->borrowed || o->word == c->word || o->word == DTN_NO_WORD)
            continue;
        before += o->word < c->word;
        between += (o->word > c->word) == is_before && (o->word < e->trigger) == is_before &&
                   (o->word > e->trigger) != is_before;
        same += o->word < c->word && strcmp(o->code, c->code) == 0;
    }
    const char *side = is_before ? "before" : "after";
    feature(s, 1, "side", side, e->type);
    feature(s, 1, "between", side, digit(between));
    feature(s, 1, "order", digit(before), "");
    feature(s, 1, "order", digit(before), side);
    if (same)
        feature(s, 1, "again", "", "");
}

static void features_of_candidate(sum *s, const dtn_event *e, const dtn_event_candidate *c)
{
    const dtn_event_finder *f = s->f;
    const place p = place_of(f, e->trigger, c);
    const char *voice = e->is_nominal                         ? "noun"
                        : dtn_event_is_passive(f, e->trigger) ? "passive"
                                                              : "active";
    const char kind[2] = {c->kind, '\0'};
    const bool is_source = strcmp(c->code, e->source) == 0,
               is_target = strcmp(c->code, e->target) == 0;
    const char *grammar = is_source   ? is_target ? "both" : "source"
                          : is_target ? "target"
                                      : "neither";
    const char *own = s->model == 's' ? e->source : e->target;
    feature(s, 1, "bias", "", "");
    feature(s, 1, "path", p.path, voice);
    feature(s, 1, "path", p.path, e->type);
    feature(s, 1, "steps", digit((size_t)p.steps - (p.steps > 0)), "");
    feature(s, 1, "last", p.last, p.marker);
    feature(s, 1, "marker", p.marker, e->type);
    feature(s, 1, "kind", kind, "");
    feature(s, 1, "kind", kind, e->type);
    feature(s, 1, "grammar", grammar, own[0] ? "" : "open");
    feature(s, 1, "grammar", grammar, voice);
    if (c->borrowed)
        feature(s, 1, "borrowed", c->borrowed, kind);
    if (c->word == DTN_NO_WORD)
        return;
    if (is_teller(f, c->word, e->trigger))
        feature(s, 1, "teller", e->type, "");
    if (is_teller(f, c->word, e->trigger))
        feature(s, 1, "teller", c->word < e->trigger ? "before" : "after", "");
    features_of_order(s, e, c);
}

/* ---- Choice --------------------------------------------------------------------------------------- */

static double logistic(double x)
{
    x = x > MAX_LOG_ODDS ? MAX_LOG_ODDS : x < -MAX_LOG_ODDS ? -MAX_LOG_ODDS : x;
    return 1 / (1 + dtn_exp(-x));
}

static double p_of(const dtn_event_finder *f, const dtn_event *e, char model, size_t k)
{
    sum s = {.f = f, .model = model, .candidate = k, .code = f->candidates[k].code};
    features_of_candidate(&s, e, &f->candidates[k]);
    return logistic(s.value);
}

/* What the grammar brought from elsewhere: from an earlier sentence, or parts of a phrase. */
static size_t add_grammar(dtn_event_finder *f, const char *code)
{
    const size_t n = f->n_candidate;
    bool is_there = !code[0];
    for (size_t k = 0; k < n; k++)
        is_there |= strcmp(f->candidates[k].code, code) == 0;
    if (!is_there)
        add_candidate(f, DTN_NO_WORD, code, 'O', NULL, DTN_NO_WORD);
    return f->n_candidate - n;
}

typedef struct choice {
    size_t source, target; /* SIZE_MAX: nobody */
    double p_source, p_target;
} choice;

static bool is_under(const dtn_word *w, uint32_t i, uint32_t above)
{
    for (int steps = 0; i != DTN_NO_WORD && steps < DTN_EVENT_STEPS; steps++, i = w[i].head)
        if (i == above)
            return true;
    return false;
}

/* "..., while the other side speaks of twelve", "... after militants stormed a post", "following the death of" */
static bool is_in_other_clause(const dtn_word *w, uint32_t i, uint32_t top)
{
    for (int steps = 0; i != DTN_NO_WORD && i != top && steps < DTN_EVENT_STEPS;
         steps++, i = w[i].head) {
        const uint32_t marker = dtn_is_rel(&w[i], "obl") ? dtn_child(w, i, "case") : DTN_NO_WORD;
        if (marker != DTN_NO_WORD &&
            dtn_one_of(w[marker].lemma, "after|before|following|follow|despite") &&
            dtn_one_of(w[i].lemma, "death|loss"))
            return true;
        if ((dtn_is_rel(&w[i], "advcl") || dtn_is_rel(&w[i], "parataxis")) &&
            dtn_child(w, i, "nsubj") != DTN_NO_WORD)
            return true;
    }
    return false;
}

/* Does what stands above a noun say who did it and to whom? "Launched a strike", "died in a strike",
 * "a wave of strikes"; but not "withdrew after a strike". */
static bool climbs(const dtn_event_finder *f, uint32_t i)
{
    const dtn_word *words = f->words, *w = &words[i];
    if (w->head == DTN_NO_WORD || dtn_event_is_of_others(f, i))
        return false;
    if (dtn_is_rel(w, "nsubj") || dtn_is_rel(w, "obj") || dtn_is_rel(w, "conj"))
        return true;
    const uint32_t marker = dtn_child(words, i, "case");
    if (marker == DTN_NO_WORD || /* "dismissed rumours of an attack" */
        dtn_one_of(words[w->head].lemma, "rumour|rumor|report|claim|allegation|account|news|fear"))
        return false;
    return (dtn_is_rel(w, "obl") && dtn_one_of(words[marker].lemma, "in|by|with|during|through")) ||
           (dtn_is_rel(w, "nmod") && strcmp(words[marker].lemma, "of") == 0);
}

static bool is_of_noun(const dtn_event_finder *f, uint32_t trigger, uint32_t i)
{
    const dtn_word *words = f->words;
    uint32_t top = trigger;
    for (int steps = 0; steps < 3 && climbs(f, top); steps++) {
        top = words[top].head;
        if (words[top].tag == DTN_TAG_VERB)
            break;
    }
    return is_under(words, i, top) && !is_in_other_clause(words, i, top);
}

/* Of a list the tree may have made several subjects. */
static bool is_in_subject(const dtn_word *w, uint32_t verb, uint32_t i)
{
    for (uint32_t c = w[verb].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "nsubj") && is_under(w, i, c))
            return true;
    return false;
}

/* Is it part of who tells of it: "[the capital]'s army said"? */
static bool is_in_teller(const dtn_event_finder *f, uint32_t i, uint32_t trigger)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++, i = w[i].head) {
        if (is_teller(f, i, trigger))
            return true;
        if (!(dtn_is_rel(&w[i], "nmod") || dtn_is_rel(&w[i], "compound") ||
              dtn_is_rel(&w[i], "amod") || dtn_is_rel(&w[i], "flat") || dtn_is_rel(&w[i], "conj")))
            return false;
    }
    return false;
}

/* "The rebels who killed nine". */
static bool is_of_who(const dtn_event_finder *f, uint32_t trigger, uint32_t subject)
{
    const dtn_word *w = f->words;
    return subject != DTN_NO_WORD && strcmp(w[trigger].relation, "acl:relcl") == 0 &&
           strcmp(w[subject].lemma, "who") == 0 && w[trigger].head != DTN_NO_WORD &&
           w[trigger].head < subject && strcmp(w[subject].relation, "nsubj:pass") != 0;
}

/* "A mine left over from the war", "an old landmine": whoever laid it, nobody kills by it now. */
bool dtn_event_is_remnant(const dtn_event_finder *f, uint32_t noun)
{
    const dtn_word *w = f->words;
    if (!dtn_event_is_word_of(f, "ordnance", w[noun].lemma))
        return false;
    for (uint32_t i = 0; i < f->n; i++)
        if (dtn_event_is_word_of(f, "leftover", w[i].lemma) && is_under(w, i, noun))
            return true;
    return false;
}

/* "Strengthened [its forces] in the south", "offered [its troops] to": the doer's own are not whom a peaceful act is done to. */
static bool is_own_of_source(const dtn_event_finder *f, const dtn_event *e,
                             const dtn_event_candidate *c)
{
    if (!e->source[0] || dtn_one_of(e->type, "ASSAULT|COERCE|ACCUSE|REJECT|PROTEST"))
        return false;
    const uint32_t owner = dtn_child(f->words, c->word, "nmod:poss");
    return owner != DTN_NO_WORD && f->words[owner].tag == DTN_TAG_PRON && owner > e->trigger &&
           strlen(c->code) >= 3 && strncmp(c->code, e->source, 3) == 0;
}

/* "Sent [monitors] to the south to investigate", "ready to contribute [troops] to": whom somebody sends is nobody it is done to. */
static bool is_sent(const dtn_event_finder *f, uint32_t trigger, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t verbs[] = {w[trigger].head, trigger, dtn_child(w, trigger, "xcomp")};
    for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++) {
        const uint32_t verb = verbs[k],
                       sent = verb == DTN_NO_WORD ? verb : dtn_child(w, verb, "obj");
        if (sent != DTN_NO_WORD && is_under(w, i, sent) && !is_under(w, trigger, sent) &&
            (i == sent || (w[i].head == sent && !is_in_place(f, i) && !has_marker(f, i, "to"))) &&
            dtn_one_of(w[verb].lemma, "send|deploy|dispatch|contribute|redeploy"))
            return true;
    }
    return false;
}

/* Does word i belong to who does something else: who condemns it, tells of it? */
static bool is_of_other_subject(const dtn_event_finder *f, uint32_t i, uint32_t other,
                                uint32_t trigger)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++, i = w[i].head) {
        if (dtn_is_rel(&w[i], "nsubj"))
            return w[i].head != trigger && !is_under(w, other, i) &&
                   dtn_event_subject(f, trigger) != i;
        if (!(dtn_is_rel(&w[i], "nmod") || dtn_is_rel(&w[i], "compound") ||
              dtn_is_rel(&w[i], "amod") || dtn_is_rel(&w[i], "flat") || dtn_is_rel(&w[i], "conj")))
            return false;
    }
    return false;
}

/* "[Rebels backed] by the neighbour": who backs them did not do it. */
static bool is_backer(const dtn_event_finder *f, uint32_t i, uint32_t trigger)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD && i != trigger;
         steps++, i = w[i].head)
        if (w[i].tag == DTN_TAG_VERB && strcmp(w[i].xtag, "VBN") == 0 &&
            (dtn_is_rel(&w[i], "acl") || dtn_is_rel(&w[i], "amod") || dtn_is_rel(&w[i], "advcl")) &&
            dtn_event_is_word_of(f, "backing", w[i].lemma))
            return true;
    return false;
}

/* "A shell from the Soviet war", "[Soviet]-era mines": of long ago. */
static bool is_of_old_war(const dtn_event_finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t k = dtn_event_is_word_of(f, "wartime", w[i].lemma) ? i : i + 1;
    k += k > i && k < f->n && strcmp(w[k].form, "-") == 0;
    if (k >= f->n || !dtn_event_is_word_of(f, "wartime", w[k].lemma))
        return false;
    for (uint32_t b = i; b-- > 0 && b + 4 > i;)
        if (dtn_one_of(w[b].lemma, "from|since"))
            return true;
    return strcmp(w[k].lemma, "era") == 0;
}

/* "The general ruled out an invasion of Northland", "Northland shelled soldiers": the general is not of the state that he
 * would invade, nor are those whom a state kills its own. */
static bool is_lent_across(const dtn_event_finder *f, const dtn_event *e, char model,
                           const dtn_event_candidate *c)
{
    const char *other = model == 's' ? e->target : e->source;
    const uint32_t above = f->words[c->lender].head,
                   what =
                       has_marker(f, c->lender, "of") && above != DTN_NO_WORD ? above : c->lender;
    if (model == 's' &&
        (has_marker(f, c->lender, "on|against") ||
         dtn_one_of(f->words[what].lemma,
                    "invasion|occupation|annexation|bombing|bombardment|shelling|siege")))
        return true;
    return dtn_one_of(e->type, "ASSAULT|THREATEN") && other[0] && strncmp(c->code, other, 3) == 0 &&
           !(model == 's' && is_in_place(f, c->lender));
}

/* "The raid killed nine villagers, the other state's ministry said": villagers have no state of who tells of it, nor rebels that of who
 * backs them. */
static bool is_lent_wrongly(const dtn_event_finder *f, const dtn_event *e, char model,
                            const dtn_event_candidate *c)
{
    if (!c->borrowed || c->lender == DTN_NO_WORD)
        return false;
    return is_backer(f, c->lender, e->trigger) || is_lent_across(f, e, model, c) ||
           (model == 't' && strcmp(e->type, "ASSAULT") == 0 && strlen(c->code) == 6 &&
            strcmp(c->code + 3, "CIV") == 0 &&
            is_of_other_subject(f, c->lender, c->word, e->trigger));
}

static bool is_source_of_verb(const dtn_event_finder *f, uint32_t trigger, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t accuse = DTN_NO_WORD;
    const uint32_t accused = dtn_event_accused(f, trigger, &accuse);
    if (accused != DTN_NO_WORD) /* not who accuses */
        return is_under(w, i, accused);
    const uint32_t subject = dtn_child(w, trigger, "nsubj"), marker = dtn_child(w, i, "case");
    const uint32_t antecedent = dtn_event_antecedent(f, trigger);
    if (subject != DTN_NO_WORD && dtn_event_is_remnant(f, subject))
        return false;
    if (is_of_who(f, trigger, subject)) /* "accused them of arming the rebels who killed nine" */
        return is_under(w, i, w[trigger].head) && !is_under(w, i, trigger);
    if (antecedent != DTN_NO_WORD) /* whose strike it was */
        return is_of_noun(f, antecedent, i) && !is_under(w, i, trigger);
    if (dtn_event_is_passive(f, trigger) &&
        (is_in_place(f, i) || is_far_from(f, i) ||
         (w[i].head == trigger && !has_marker(f, i, "by|from"))))
        return false;
    if (dtn_event_is_passive(f, trigger) && is_in_other_clause(w, i, trigger) &&
        !dtn_event_is_word_of(f, "suffering", w[trigger].lemma))
        return false;                     /* "fired on ships after the other had bombed" */
    if (dtn_event_is_passive(f, trigger)) /* neither who tells of it did it nor who suffers */
        return is_under(w, i, trigger) && !is_in_teller(f, i, trigger) &&
               !(w[i].head == trigger && !dtn_is_rel(&w[i], "obl")) &&
               !is_in_subject(w, trigger, i);
    /* "a blast in the capital killed twelve"; not "on 3 May raiders", hung on the raiders */
    if (!(w[i].head == trigger && dtn_is_rel(&w[i], "nsubj")) &&
        (is_in_place(f, i) || (w[i].head == trigger && marker != DTN_NO_WORD &&
                               dtn_one_of(w[marker].lemma, "on|against"))))
        return false;
    if (subject != DTN_NO_WORD && w[subject].tag != DTN_TAG_PRON)
        return is_under(w, i, subject);
    if (is_in_other_clause(w, i, trigger) ||
        (subject == DTN_NO_WORD && i > trigger && is_in_teller(f, i, trigger)))
        return false; /* "killing nine, the agency reported" */
    return w[i].head != trigger || !dtn_is_rel(&w[i], "obj");
}

static bool is_target_of_verb(const dtn_event_finder *f, uint32_t trigger, uint32_t i)
{
    const dtn_word *words = f->words, *w = &words[i];
    const uint32_t subject = dtn_child(words, trigger, "nsubj");
    const bool is_passive = dtn_event_is_passive(f, trigger);
    const uint32_t antecedent = dtn_event_antecedent(f, trigger);
    uint32_t accuse = DTN_NO_WORD;
    if (antecedent != DTN_NO_WORD && !is_under(words, i, antecedent))
        return false;
    if (is_teller(f, i, trigger) || is_in_other_clause(words, i, trigger) ||
        (dtn_event_accused(f, trigger, &accuse) != DTN_NO_WORD && !is_under(words, i, trigger)))
        return false;
    if ((dtn_is_rel(&words[trigger], "advcl") || dtn_is_rel(&words[trigger], "ccomp")) &&
        subject != DTN_NO_WORD && !is_under(words, i, trigger))
        return false;
    if (subject != DTN_NO_WORD && is_under(words, i, subject) != is_passive &&
        words[subject].tag != DTN_TAG_PRON)
        return false; /* of a passive nobody but its subject, of others everybody else */
    dtn_actor suffers;
    const uint32_t object = is_passive ? DTN_NO_WORD : dtn_child(words, trigger, "obj");
    if (object != DTN_NO_WORD && !is_under(words, i, object) &&
        dtn_actor_of(f->ew, words, f->n, object, f->day, &suffers) && suffers.state[0])
        return false; /* "bombed Southland, killing 35 civilians" */
    return w->head != trigger ||
           !(dtn_is_rel(w, "obl:agent") || (dtn_is_rel(w, "nsubj") && !is_passive));
}

/* Does a word that hangs on the trigger say it plainly: "strikes by", "its strikes", "strikes on"? */
static bool is_plain(const dtn_event_finder *f, const dtn_event *e, char model, uint32_t i)
{
    if (i == DTN_NO_WORD || f->words[i].head != e->trigger)
        return false;
    return model == 's' ? has_marker(f, i, "by") || dtn_is_rel(&f->words[i], "nmod:poss")
                        : has_marker(f, i, "on|against");
}

/* "The strike that killed ten people" */
static bool suffers_below(const dtn_event_finder *f, uint32_t noun, uint32_t i)
{
    const dtn_word *w = f->words;
    for (uint32_t c = w[noun].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        const uint32_t object = strcmp(w[c].relation, "acl:relcl") == 0 &&
                                        dtn_event_is_word_of(f, "harming", w[c].lemma)
                                    ? dtn_child(w, c, "obj")
                                    : DTN_NO_WORD;
        if (object != DTN_NO_WORD && is_under(w, i, object))
            return true;
    }
    return false;
}

/* "The strike killed ten people", "nine were killed in the strike": who suffers is not who struck. */
static bool suffers_from(const dtn_event_finder *f, uint32_t noun, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t verb = w[noun].head;
    if (verb == DTN_NO_WORD || !dtn_event_is_word_of(f, "harming", w[verb].lemma))
        return suffers_below(f, noun, i);
    const bool is_passive = dtn_event_is_passive(f, verb);
    if (!(is_passive ? dtn_is_rel(&w[noun], "obl") && has_marker(f, noun, "in|by|during")
                     : dtn_is_rel(&w[noun], "nsubj")))
        return false;
    const uint32_t sufferer = dtn_child(w, verb, is_passive ? "nsubj" : "obj");
    return (sufferer != DTN_NO_WORD && is_under(w, i, sufferer)) ||
           (is_passive && is_in_subject(w, verb, i));
}

/* What a noun's actor cannot be: who is killed or tells of it, where it took place; anybody, where the
 * grammar has plain words. */
static bool is_against_grammar(const dtn_event_finder *f, const dtn_event *e, char model,
                               const dtn_event_candidate *c)
{
    const char *own = model == 's' ? e->source : e->target;
    const dtn_word *w = &f->words[c->word];
    for (size_t k = 0; k < f->n_candidate && own[0]; k++)
        if (strcmp(f->candidates[k].code, own) == 0 && is_plain(f, e, model, f->candidates[k].word))
            return true;
    if (is_teller(f, c->word, e->trigger))
        return true;
    if (model == 't')
        return has_marker(f, c->word, "by");
    return is_in_place(f, c->word) || suffers_from(f, e->trigger, c->word) ||
           (w->head == e->trigger && e->target[0] && strcmp(c->code, e->target) == 0) ||
           (dtn_is_rel(w, "nsubj") && w->head != e->trigger && w->head != DTN_NO_WORD &&
            dtn_event_is_passive(f, w->head));
}

/* "According to [customs officials], raids dropped": who tells of it. */
static bool is_by_account(const dtn_event_finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++, i = w[i].head) {
        if (has_marker(f, i, "accord|according"))
            return true;
        if (!(dtn_is_rel(&w[i], "nmod") || dtn_is_rel(&w[i], "compound") ||
              dtn_is_rel(&w[i], "amod") || dtn_is_rel(&w[i], "conj")))
            return false;
    }
    return false;
}

/* "Raiders from [Northland]": the raiders did it, whatever stands before them, not the state. */
static bool is_home_of_source(const dtn_event_finder *f, const dtn_event *e,
                              const dtn_event_candidate *c)
{
    return c->word != DTN_NO_WORD && strlen(e->source) == 6 && strlen(c->code) == 3 &&
           strncmp(e->source, c->code, 3) == 0 && dtn_is_rel(&f->words[c->word], "nmod") &&
           has_marker(f, c->word, "from|of|in");
}

/* "Brokered by Atria between Belmar and [Carland]". */
static bool is_behind_between(const dtn_event_finder *f, uint32_t verb, uint32_t i)
{
    for (uint32_t k = verb; k < i; k++)
        if (strcmp(f->words[k].lemma, "between") == 0)
            return true;
    return false;
}

/* "A truce brokered by [Atria and Belmar]", "a deal that [Carland] mediated": who brings others together signs nothing. */
static bool is_broker_of(const dtn_event_finder *f, const dtn_event *e,
                         const dtn_event_candidate *c)
{
    static const char brokering[] =
        "broker|mediate|facilitate|negotiate|arrange|oversee|host|sponsor|guarantee|supervise|monitor";
    const dtn_word *w = f->words;
    for (uint32_t k = 0; k < f->n; k++) {
        if (w[k].tag != DTN_TAG_VERB || k == e->trigger || !dtn_one_of(w[k].lemma, brokering) ||
            !dtn_is_rel(&w[k], "acl") || !is_under(w, k, e->trigger))
            continue;
        for (uint32_t b = w[k].first_child; b != DTN_NO_WORD; b = w[b].next_sibling) {
            char who[DTN_MAX_ACTOR_TEXT];
            const bool is_doer = dtn_event_is_passive(f, k) ? dtn_event_has_marker(f, b, "by")
                                                            : dtn_is_rel(&w[b], "nsubj");
            if (!is_doer || (c->word != DTN_NO_WORD && is_behind_between(f, k, c->word)))
                continue;
            if (c->word != DTN_NO_WORD ? is_under(w, c->word, b)
                                       : dtn_event_actor_at(f, b, who) && strcmp(who, c->code) == 0)
                return true;
        }
    }
    return false;
}

/* "Signed in Algiers", "the two governments met in the capital", "refused to meet him in the port": the place takes no part. */
static bool is_joint(const dtn_event_finder *f, const dtn_event *e)
{
    const uint32_t below = dtn_child(f->words, e->trigger, "xcomp");
    return dtn_one_of(e->type, "AGREE|CONSULT|COOPERATE") || strcmp(e->mode, "ceasefire") == 0 ||
           (below != DTN_NO_WORD && dtn_one_of(f->words[below].lemma, "meet|talk|negotiate|sign"));
}

/* "Arrived in the capital": whose it is is visited. */
static bool is_visited(const dtn_event_finder *f, uint32_t trigger, uint32_t i)
{
    return f->words[i].head == trigger && dtn_one_of(f->words[trigger].lemma, "arrive|land");
}

/* "Foiled a plot to bomb the station": who foils it was not about to do it. */
static bool is_foiler(const dtn_event_finder *f, uint32_t trigger, uint32_t i)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < 4 && w[trigger].head != DTN_NO_WORD; steps++) {
        if (!(dtn_is_rel(&w[trigger], "acl") || dtn_is_rel(&w[trigger], "nmod") ||
              dtn_is_rel(&w[trigger], "obj") || dtn_is_rel(&w[trigger], "obl") ||
              dtn_is_rel(&w[trigger], "advcl") || dtn_is_rel(&w[trigger], "ccomp")))
            return false;
        trigger = w[trigger].head;
        if (dtn_one_of(w[trigger].lemma, "foil|thwart|avert|prevent|disrupt|defuse|uncover"))
            return is_in_subject(w, trigger, i);
    }
    return false;
}

/* "The bombing of [a hospital]", "the invasion of": it was done to them. */
static bool is_done_to(const dtn_event_finder *f, uint32_t noun, uint32_t i)
{
    static const char deeds[] =
        "bombing|bombardment|shelling|killing|murder|assassination|execution|abduction|kidnapping|"
        "invasion|occupation|capture|beheading|arrest|detention|deportation|expulsion|massacre|"
        "torture|beating|shooting|annexation|siege";
    return dtn_one_of(f->words[noun].lemma, deeds) &&
           (i == noun || (f->words[i].head == noun && has_marker(f, i, "of")));
}

/* What no weights may change: a subject does, an object suffers, and so on in the passive; a noun's
 * actors stand with it. Whatever the grammar proposes may be. */
static bool may_be(const dtn_event_finder *f, const dtn_event *e, char model,
                   const dtn_event_candidate *c)
{
    if (is_joint(f, e) && c->word != DTN_NO_WORD && !is_visited(f, e->trigger, c->word) &&
        (is_in_place(f, c->word) || (c->borrowed && strcmp(c->borrowed, "place") == 0)))
        return false;
    if (c->word != DTN_NO_WORD && is_by_account(f, c->word))
        return false;
    if (is_joint(f, e) && is_broker_of(f, e, c))
        return false;
    if (model == 's' && !e->is_nominal && is_home_of_source(f, e, c))
        return false;
    if (c->word != DTN_NO_WORD &&
        (is_foiler(f, e->trigger, c->word) || (model == 's' && is_done_to(f, e->trigger, c->word))))
        return false;
    if (is_lent_wrongly(f, e, model, c) ||
        (model == 's' && c->word != DTN_NO_WORD &&
         (is_backer(f, c->word, e->trigger) || is_of_old_war(f, c->word))))
        return false;
    if (model == 't' && c->word != DTN_NO_WORD &&
        (is_own_of_source(f, e, c) || is_sent(f, e->trigger, c->word)))
        return false;
    if (c->word == DTN_NO_WORD || strcmp(c->code, model == 's' ? e->source : e->target) == 0)
        return true;
    if (c->word == e->trigger || dtn_event_is_headline_teller(f, c->word))
        return false;
    if (e->is_nominal && is_against_grammar(f, e, model, c))
        return false;
    if (e->is_nominal)
        return is_of_noun(f, e->trigger, c->word);
    return model == 's' ? is_source_of_verb(f, e->trigger, c->word)
                        : is_target_of_verb(f, e->trigger, c->word);
}

static void choose(const dtn_event_finder *f, const dtn_event *e, choice *out)
{
    double source[MAX_CANDIDATES], target[MAX_CANDIDATES];
    for (size_t k = 0; k < f->n_candidate; k++) {
        const dtn_event_candidate *c = &f->candidates[k];
        source[k] = may_be(f, e, 's', c) ? p_of(f, e, 's', k) : 0;
        target[k] = may_be(f, e, 't', c) ? p_of(f, e, 't', k) : 0;
    }
    const dtn_weights *w = f->ew->weights;
    const double least_source = w ? dtn_weights_get(w, "source:least") : 1,
                 least_target = w ? dtn_weights_get(w, "target:least") : 1;
    double best = -1;
    *out = (choice){SIZE_MAX, SIZE_MAX, 0, 0};
    /* nobody is a candidate too, as probable as what is just good enough */
    for (size_t a = 0; a <= f->n_candidate; a++)
        for (size_t b = 0; b <= f->n_candidate; b++) {
            const bool has_a = a < f->n_candidate, has_b = b < f->n_candidate;
            if (has_a && has_b &&
                (f->candidates[a].word == f->candidates[b].word ||
                 strcmp(f->candidates[a].code, f->candidates[b].code) == 0))
                continue;
            const double p =
                (has_a ? source[a] : least_source) * (has_b ? target[b] : least_target);
            if (p <= best)
                continue;
            best = p;
            *out = (choice){has_a ? a : SIZE_MAX, has_b ? b : SIZE_MAX, has_a ? source[a] : 0,
                            has_b ? target[b] : 0};
        }
}

static double fixed_rate(const dtn_event *e)
{
    /* rows: verb, noun; columns: how many of source and target are known */
    static const double rates[2][3] = {{0.4, 0.5, 0.6}, {0.3, 0.4, 0.5}};
    return rates[e->is_nominal][(e->source[0] != '\0') + (e->target[0] != '\0')];
}

static double p_event(const dtn_event_finder *f, const dtn_event *e, const choice *c)
{
    sum s = {.f = f, .model = 'e', .code = ""};
    const size_t known = (size_t)(e->source[0] != '\0') + (e->target[0] != '\0');
    feature(&s, 1, "bias", "", "");
    feature(&s, 1, "type", e->type, "");
    feature(&s, 1, "outer", e->is_outer ? "yes" : "no", e->is_nominal ? "noun" : "verb");
    feature(&s, 1, "modality", dtn_modality_name(e->modality), "");
    feature(&s, 1, "known", digit(known), e->is_outer ? "outer" : "inner");
    feature(&s, 1, "root", f->words[e->trigger].head == DTN_NO_WORD ? "yes" : "no", "");
    feature(&s, 1, "nth", digit(f->n_event - f->first_here), "");
    feature(&s, c->p_source, "p", "source", "");
    feature(&s, c->p_target, "p", "target", "");
    feature(&s, c->p_source * c->p_target, "p", "both", "");
    return logistic(s.value);
}

void dtn_roles_choose(const dtn_event_finder *f, dtn_event *e)
{
    if (!f->ew->weights && !f->trace) {
        e->probability = fixed_rate(e);
        return;
    }
    dtn_event_finder own = *f; /* with the grammar's answers beside the sentence's actors */
    choice c;
    (void)add_grammar(&own, e->source);
    (void)add_grammar(&own, e->target);
    choose(&own, e, &c);
    if (f->ew->weights) {
        (void)snprintf(e->source, sizeof e->source, "%s",
                       c.source == SIZE_MAX ? "" : own.candidates[c.source].code);
        (void)snprintf(e->target, sizeof e->target, "%s",
                       c.target == SIZE_MAX ? "" : own.candidates[c.target].code);
    }
    e->probability = f->ew->weights ? p_event(&own, e, &c) : fixed_rate(e);
    if (!f->ew->weights)
        (void)p_event(&own, e, &c);
}
