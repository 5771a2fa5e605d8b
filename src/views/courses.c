/* Which courses of action of a case a document argues for.
 *
 * A recommendation speaks for a course whose words (cues.tsv) stand in its act, and against one whose words it sets
 * aside ("instead of expanding the raids, hold talks"). What others advise counts half, what "critics" do nothing, and
 * where the author then says that they are wrong it is advice against. Of each actor's courses the one that is argued
 * for most is taken; what is advised under a condition counts where nothing is without one.
 */
#include "views/views.h"

#include <string.h>

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

/* Is it said to another actor of the case than the one whose course it is? */
static bool is_for_other(const dtn_case *c, const dtn_sentence *s, const char *course,
                         const dtn_advice *advice)
{
    const dtn_word *who = advice->who < s->n ? &s->words[advice->who] : NULL;
    bool is_other = false;
    for (size_t i = 0; i < c->n_actor; i++) {
        const char *name = c->actors[i].name;
        const size_t n = strlen(c->actors[i].id);
        if (!name || !((advice->addressee && strstr(advice->addressee, name)) ||
                       (who && who->tag == DTN_TAG_PROPN && strstr(name, who->form))))
            continue;
        if (strncmp(course, c->actors[i].id, n) == 0 && course[n] == '=')
            return false;
        is_other = true;
    }
    return is_other;
}

/* Of recommendations [first, end) of one sentence, the one whose act holds most of a course's words, the shorter of two;
 * or else the first, where the sentence sets them aside. NULL: the words are not of any. */
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
        if (!best || n > most || (n == most && n > 0 && width(one) < width(best))) {
            best = one;
            most = n;
            *cue = found;
        }
    }
    return best;
}

void dtn_view_draft_courses(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r)
{
    for (size_t first = 0, end; first < r->n_advice; first = end) {
        const uint32_t sentence = r->advice[first].sentence;
        const dtn_sentence *s = &r->parsed.sentences[sentence];
        for (end = first + 1; end < r->n_advice && r->advice[end].sentence == sentence; end++)
            ;
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
        }
    }
}

/* What it counts for its course. */
static double weight_of(const dtn_urged *u)
{
    return u->speaker && u->is_answered ? -u->weight
                                        : u->weight * dtn_view_share(u->speaker, u->is_opponents);
}

/* The course of an actor that is argued for most; n_course: none is. */
static size_t chosen(const dtn_view_draft *d, const char *actor, bool is_conditional, double *sums)
{
    const size_t n = strlen(actor);
    size_t best = d->n_course;
    memset(sums, 0, d->n_course * sizeof *sums);
    for (size_t i = 0; i < d->n_urged; i++)
        if (is_conditional || !d->urged[i].is_conditional)
            sums[d->urged[i].course] += weight_of(&d->urged[i]);
    for (size_t i = 0; i < d->n_course; i++)
        if (strncmp(d->courses[i], actor, n) == 0 && d->courses[i][n] == '=' && sums[i] > 0 &&
            (best == d->n_course || sums[i] > sums[best]))
            best = i;
    return best;
}

/* The first sentence that argues for it. */
static dtn_span sentence_for(const dtn_view_draft *d, size_t course, bool is_conditional)
{
    for (size_t i = 0; i < d->n_urged; i++)
        if (d->urged[i].course == course && weight_of(&d->urged[i]) > 0 &&
            (is_conditional || !d->urged[i].is_conditional))
            return d->urged[i].sentence;
    return (dtn_span){0, 0};
}

void dtn_view_choose_courses(const dtn_views *v, const dtn_view_draft *d, dtn_read_view *view)
{
    view->courses = DTN_NEW_N(v->arena, dtn_view_course, v->c->n_actor + 1);
    double *sums = DTN_NEW_N(v->arena, double, d->n_course + 1);
    for (size_t a = 0; a < v->c->n_actor; a++) {
        bool is_conditional = false;
        size_t best = chosen(d, v->c->actors[a].id, false, sums);
        if (best == d->n_course) {
            is_conditional = true;
            best = chosen(d, v->c->actors[a].id, true, sums);
        }
        if (best < d->n_course)
            view->courses[view->n_course++] = (dtn_view_course){
                .label = d->courses[best], .sentence = sentence_for(d, best, is_conditional)};
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
