/* Which courses of action of a case a document argues for.
 *
 * A recommendation speaks for a course whose words (cues.tsv) stand in its act, and against one whose words it sets
 * aside ("instead of expanding the raids, hold talks"). One that has no course's words asks for a lever, a concept; the
 * course whose levers (case.yaml) are those that the document asks for fits best. It is said to the actors that it
 * names, or to all. What others advise counts half, what "critics" do nothing, and
 * where the author then says that they are wrong it is advice against. Of each actor's courses the one that is argued
 * for most is taken; what is advised under a condition counts where nothing is without one.
 */
#include "views/views.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

/* +1: the recommendation is for what the cue's words name, -1: against it. "Stop the strikes" asks to leave the strikes
 * off, and is for a cue that says "stop" itself. */
static int stands_for(const dtn_reader *reader, const dtn_sentence *s, const dtn_advice *advice,
                      const dtn_cue *cue)
{
    int sign = advice->act * cue->sign;
    const bool is_aside =
        cue->is_set_aside && !dtn_read_set_aside(s, advice->words.begin); /* else it is denied */
    for (size_t i = 0; i < cue->n_word; i++)
        if (dtn_lexicon_get(reader->rules, reader->known.advice.stop, &s->words[cue->words[i]]))
            return is_aside ? sign : -sign;
    return is_aside ? -sign : sign;
}

static size_t n_in(const dtn_cue *cue, dtn_span words)
{
    size_t n = 0;
    for (size_t i = 0; i < cue->n_word; i++)
        n += cue->words[i] >= words.begin && cue->words[i] < words.end;
    return n;
}

static uint32_t width(const dtn_advice *advice) { return advice->words.end - advice->words.begin; }

/* ---- To whom --------------------------------------------------------------------------------- */

static bool is_letter(char c) { return isalpha((unsigned char)c) || (c & 0x80); }

/* Does the text hold the name as whole words, in any case? */
static bool holds_name(const char *text, const char *name)
{
    const size_t n = strlen(name);
    for (const char *at = text; *at && n > 0; at++)
        if (strncasecmp(at, name, n) == 0 && (at == text || !is_letter(at[-1])) &&
            !is_letter(at[n]))
            return true;
    return false;
}

static bool is_named(const dtn_actor *actor, const char *text)
{
    if (holds_name(text, actor->id) || (actor->name && holds_name(actor->name, text)) ||
        (actor->name && holds_name(text, actor->name)))
        return true;
    for (size_t i = 0; i < actor->n_also; i++)
        if (holds_name(text, actor->also[i]))
            return true;
    return false;
}

/* The actors of the case that it is said to, as bits; none are named: 0. */
static uint64_t said_to(const dtn_case *c, const dtn_sentence *s, const dtn_advice *advice)
{
    const dtn_word *who = advice->who < s->n ? &s->words[advice->who] : NULL;
    uint64_t actors = 0;
    for (size_t i = 0; i < c->n_actor && i < 64; i++)
        if ((advice->addressee && is_named(&c->actors[i], advice->addressee)) ||
            (who && who->tag == DTN_TAG_PROPN && is_named(&c->actors[i], who->form)))
            actors |= (uint64_t)1 << i;
    return actors;
}

static size_t actor_of(const dtn_case *c, const char *course)
{
    size_t i = 0;
    for (; i < c->n_actor; i++) {
        const size_t n = strlen(c->actors[i].id);
        if (strncmp(course, c->actors[i].id, n) == 0 && course[n] == '=')
            break;
    }
    return i;
}

/* Is it said to another actor of the case than the one whose course it is? */
static bool is_for_other(const dtn_case *c, const dtn_sentence *s, const char *course,
                         const dtn_advice *advice)
{
    const uint64_t actors = said_to(c, s, advice);
    return actors != 0 && (actors >> actor_of(c, course) & 1) == 0;
}

/* ---- By words -------------------------------------------------------------------------------- */

/* Of recommendations [first, end) of one sentence, the one whose act holds most of a course's words, the one without a
 * condition, then the shorter; or else the first, where the sentence sets them aside. NULL: the words are not of any. */
static const dtn_advice *advice_with(const dtn_view_draft *d, const dtn_reading *r, size_t first,
                                     size_t end, const char *course, dtn_cue *cue)
{
    const dtn_advice *best = NULL;
    size_t most = 0;
    for (size_t a = first; a < end; a++) {
        const dtn_advice *one = &r->advice[a];
        const dtn_sentence *s = &r->parsed.sentences[one->sentence];
        dtn_cue found;
        if (!dtn_vocabulary_cue_at(d->cues, s, course, one->words, &found) ||
            is_for_other(d->c, s, course, one))
            continue;
        const size_t n = n_in(&found, one->words) + n_in(&found, one->subject);
        if (n == 0 && !found.is_set_aside)
            continue;
        const bool is_plainer = best && best->conditional && !one->conditional;
        const bool is_bound = best && one->conditional && !best->conditional;
        if (!best || n > most ||
            (n == most && n > 0 && (is_plainer || (!is_bound && width(one) < width(best))))) {
            best = one;
            most = n;
            *cue = found;
        }
    }
    return best;
}

/* One entry for what the words of courses say, of recommendations [first, end) of a sentence. What it says to an actor's
 * courses is noted in said[]: for each recommendation, bits of actors. */
static void urge_by_words(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r,
                          size_t first, size_t end, uint64_t *said)
{
    const dtn_sentence *s = &r->parsed.sentences[r->advice[first].sentence];
    for (size_t k = 0; k < d->n_course; k++) {
        dtn_cue cue;
        const dtn_advice *advice = advice_with(d, r, first, end, d->courses[k], &cue);
        if (!advice)
            continue;
        const char *who = advice->attributed_to;
        const dtn_urged urged = {
            .course = k,
            .sentence = {s->begin, s->end},
            .weight = stands_for(reader, s, advice, &cue) * advice->probability,
            .speaker = who ? dtn_arena_strdup(d->arena, who) : NULL,
            .is_opponents = who && dtn_read_is_opponent(reader->rules, &reader->known, who),
            .is_conditional = advice->conditional};
        DTN_PUSH(d->arena, d->urged, d->n_urged, d->cap_urged, urged);
        const size_t actor = actor_of(d->c, d->courses[k]);
        if (actor < 64)
            said[(size_t)(advice - r->advice) - first] |= (uint64_t)1 << actor;
    }
}

/* ---- By levers ------------------------------------------------------------------------------- */

#define LEVER_SHARE 0.5  /* of what asks for a course's levers, beside what has its words */
#define TO_ALL_SHARE 0.5 /* of what is said to nobody in particular, for actors but the first */

static void urge_by_lever(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r,
                          const dtn_advice *advice, uint64_t said)
{
    const dtn_sentence *s = &r->parsed.sentences[advice->sentence];
    const uint64_t all = d->c->n_actor >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << d->c->n_actor) - 1;
    const uint64_t to = said_to(d->c, s, advice);
    const uint64_t actors = (to ? to : all) & ~said;
    const char *who = advice->attributed_to;
    if (!advice->lever || actors == 0)
        return;
    const dtn_urged urged = {.course = d->n_course,
                             .lever = dtn_arena_strdup(d->arena, advice->lever),
                             .direction = advice->direction,
                             .actors = actors,
                             .is_to_all = to == 0,
                             .sentence = {s->begin, s->end},
                             .weight = advice->probability,
                             .speaker = who ? dtn_arena_strdup(d->arena, who) : NULL,
                             .is_opponents =
                                 who && dtn_read_is_opponent(reader->rules, &reader->known, who),
                             .is_conditional = advice->conditional};
    DTN_PUSH(d->arena, d->urged, d->n_urged, d->cap_urged, urged);
}

void dtn_view_draft_courses(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r)
{
    for (size_t first = 0, end; first < r->n_advice; first = end) {
        const uint32_t sentence = r->advice[first].sentence;
        for (end = first + 1; end < r->n_advice && r->advice[end].sentence == sentence; end++)
            ;
        uint64_t *said = DTN_NEW_N(r->arena, uint64_t, end - first);
        if (d->cues)
            urge_by_words(d, reader, r, first, end, said);
        for (size_t a = first; a < end; a++)
            urge_by_lever(d, reader, r, &r->advice[a], said[a - first]);
    }
}

/* ---- A document's courses -------------------------------------------------------------------- */

/* What it counts for its course. */
static double weight_of(const dtn_urged *u)
{
    return u->speaker && u->is_answered ? -u->weight
                                        : u->weight * dtn_view_share(u->speaker, u->is_opponents);
}

/* The same of a lever, for an actor; 0: not said to it. */
static double lever_weight(const dtn_urged *u, size_t actor, bool is_conditional)
{
    if (!u->lever || (u->actors >> actor & 1) == 0 || (u->is_conditional && !is_conditional))
        return 0;
    return weight_of(u) * (u->is_to_all && actor > 0 ? TO_ALL_SHARE : 1);
}

/* +1: the course has that lever, -1: the opposite; 0: neither. */
static int has_lever(const dtn_course *course, const dtn_urged *u)
{
    for (size_t i = 0; i < course->n_lever; i++)
        if (strcmp(course->levers[i].concept, u->lever) == 0)
            return course->levers[i].sign * u->direction;
    return 0;
}

static bool is_lever_of(const dtn_actor *actor, const dtn_urged *u)
{
    for (size_t k = 0; k < actor->n_course; k++)
        if (has_lever(&actor->courses[k], u) > 0)
            return true;
    return false;
}

/* How well what a document asks of an actor fits the levers of a course: of all that it asks for the share that are
 * its levers, of its levers the share that it asks for, their harmonic mean; times the weight of all. */
static double fit_of(const dtn_view_draft *d, size_t actor, const dtn_course *course,
                     bool is_conditional)
{
    double all = 0, inside = 0, against = 0;
    size_t n_met = 0;
    for (size_t i = 0; i < d->n_urged; i++) {
        const double w = lever_weight(&d->urged[i], actor, is_conditional);
        const int has = w == 0 ? 0 : has_lever(course, &d->urged[i]) * (w < 0 ? -1 : 1);
        if (w > 0 && is_lever_of(&d->c->actors[actor], &d->urged[i]))
            all += w;
        inside += has > 0 ? fabs(w) : 0;
        against += has < 0 ? fabs(w) : 0;
    }
    for (size_t l = 0; l < course->n_lever; l++) {
        bool is_met = false;
        for (size_t i = 0; i < d->n_urged && !is_met; i++)
            is_met = lever_weight(&d->urged[i], actor, is_conditional) > 0 &&
                     strcmp(d->urged[i].lever, course->levers[l].concept) == 0 &&
                     d->urged[i].direction == course->levers[l].sign;
        n_met += is_met;
    }
    if (n_met == 0 || all <= 0)
        return -LEVER_SHARE * against;
    const double share = fmin(inside / all, 1), met = (double)n_met / (double)course->n_lever;
    return LEVER_SHARE * (all * 2 * share * met / (share + met) - against);
}

/* What is argued for the parts of a course that combines others, by the share of them that anything argues for: three of
 * five parts, as much each, count 1.8 of one. `sums`: of the actor's courses. */
static double sum_of_parts(const dtn_actor *actor, size_t course, const double *sums)
{
    const dtn_course *whole = &actor->courses[course];
    double sum = 0;
    size_t n = 0;
    for (size_t p = 0; p < whole->n_part; p++)
        for (size_t k = 0; k < actor->n_course; k++)
            if (strcmp(actor->courses[k].id, whole->parts[p]) == 0 && sums[k] > 0) {
                sum += sums[k];
                n++;
            }
    return n == 0 ? 0 : sum * (double)n / (double)whole->n_part;
}

/* The course of an actor that is argued for most; n_course: none is. */
static size_t chosen(const dtn_view_draft *d, size_t actor, bool is_conditional, double *sums)
{
    size_t best = d->n_course;
    memset(sums, 0, d->n_course * sizeof *sums);
    for (size_t i = 0; i < d->n_urged; i++)
        if (!d->urged[i].lever && (is_conditional || !d->urged[i].is_conditional))
            sums[d->urged[i].course] += weight_of(&d->urged[i]);
    for (size_t a = 0, k = 0; a < d->c->n_actor; k += d->c->actors[a++].n_course)
        for (size_t i = 0; a == actor && i < d->c->actors[a].n_course; i++)
            sums[k + i] += fit_of(d, a, &d->c->actors[a].courses[i], is_conditional);
    for (size_t a = 0, k = 0; a < d->c->n_actor; k += d->c->actors[a++].n_course)
        for (size_t i = 0; a == actor && i < d->c->actors[a].n_course; i++) {
            sums[k + i] += sum_of_parts(&d->c->actors[a], i, sums + k);
            if (sums[k + i] > 0 && (best == d->n_course || sums[k + i] > sums[best]))
                best = k + i;
        }
    return best;
}

/* The place of an actor's first course among the draft's. */
static size_t first_course(const dtn_view_draft *d, size_t actor)
{
    size_t first = 0;
    for (size_t a = 0; a < actor; a++)
        first += d->c->actors[a].n_course;
    return first;
}

/* Does it argue for course k of the actor, or for one that this combines? */
static bool argues_for(const dtn_view_draft *d, size_t actor, size_t k, const dtn_urged *u,
                       bool is_conditional)
{
    const dtn_actor *who = &d->c->actors[actor];
    const dtn_course *course = &who->courses[k];
    if (u->is_conditional && !is_conditional)
        return false;
    if (u->lever ? lever_weight(u, actor, is_conditional) > 0 && has_lever(course, u) > 0
                 : u->course == first_course(d, actor) + k && weight_of(u) > 0)
        return true;
    for (size_t p = 0; p < course->n_part; p++)
        for (size_t i = 0; i < who->n_course; i++)
            if (i != k && strcmp(who->courses[i].id, course->parts[p]) == 0 &&
                who->courses[i].n_part == 0 && argues_for(d, actor, i, u, is_conditional))
                return true;
    return false;
}

/* The sentences that argue for it, each once. */
static void add_urgings(const dtn_views *v, const dtn_view_draft *d, size_t actor, size_t course,
                        bool is_conditional, dtn_view_course *out)
{
    const size_t k = course - first_course(d, actor);
    for (size_t i = 0; i < d->n_urged; i++) {
        const dtn_urged *u = &d->urged[i];
        const bool is_said = out->n_urging > 0 &&
                             out->urgings[out->n_urging - 1].sentence.begin == u->sentence.begin;
        if (is_said || !argues_for(d, actor, k, u, is_conditional))
            continue;
        const dtn_view_urging one = {u->sentence, u->speaker};
        DTN_PUSH(v->arena, out->urgings, out->n_urging, out->cap_urging, one);
    }
}

void dtn_view_choose_courses(const dtn_views *v, const dtn_view_draft *d, dtn_read_view *view)
{
    view->courses = DTN_NEW_N(v->arena, dtn_view_course, v->c->n_actor + 1);
    double *sums = DTN_NEW_N(v->arena, double, d->n_course + 1);
    for (size_t a = 0; a < v->c->n_actor; a++) {
        bool is_conditional = false;
        size_t best = chosen(d, a, false, sums);
        if (best == d->n_course) {
            is_conditional = true;
            best = chosen(d, a, true, sums);
        }
        if (best == d->n_course)
            continue;
        dtn_view_course *course = &view->courses[view->n_course++];
        *course = (dtn_view_course){.label = d->courses[best]};
        add_urgings(v, d, a, best, is_conditional, course);
    }
}

const char *dtn_view_course_label(const dtn_read_view *view, dtn_arena *arena)
{
    const char *label = NULL;
    for (size_t i = 0; i < view->n_course; i++)
        label = label ? dtn_arena_printf(arena, "%s;%s", label, view->courses[i].label)
                      : view->courses[i].label;
    return label;
}
