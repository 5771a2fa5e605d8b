/* Wording of causal maps and stances, the same on the terminal and on the page. */
#include "report/maps.h"

#include <string.h>

#define ABOUT_EQUAL 0.05 /* of weight: less is no preference for one answer */

/* The figure is that of docs/reader.md, on development sets of other texts than a user's. */
const char dtn_maps_caution[] =
    "Read by the program and not checked by a person: on the sets that it was developed with about four in "
    "five explicit claims were right, and many that a person sees were not found.";

void dtn_say_concept(dtn_prose *out, const dtn_case *c, const char *id)
{
    for (size_t k = 0; k < c->n_concept; k++)
        if (strcmp(c->concepts[k].id, id) == 0) {
            dtn_prose_say(out, c->concepts[k].name);
            return;
        }
    for (const char *at = id; *at; at++) {
        const char first = (char)(at == id && *at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
        dtn_prose_say_bytes(out, *at == '_' ? " " : &first, 1);
    }
}

/* "velmar=talks" of n bytes: what the case calls the course. */
static void say_course(dtn_prose *out, const dtn_case *c, const char *label, size_t n)
{
    const size_t n_actor = strcspn(label, "=");
    for (size_t a = 0; a < c->n_actor && n_actor < n; a++)
        for (size_t k = 0; k < c->actors[a].n_course; k++) {
            const char *actor = c->actors[a].id, *course = c->actors[a].courses[k].id;
            if (strlen(actor) == n_actor && strncmp(actor, label, n_actor) == 0 &&
                strlen(course) == n - n_actor - 1 &&
                strncmp(course, label + n_actor + 1, n - n_actor - 1) == 0) {
                dtn_prose_say(out, c->actors[a].courses[k].name);
                return;
            }
        }
    dtn_prose_say_bytes(out, label, n);
}

void dtn_say_courses(dtn_prose *out, const dtn_case *c, const char *label)
{
    for (const char *at = label, *joint = ""; *at;) {
        const size_t n = strcspn(at, ";");
        dtn_prose_say(out, joint);
        say_course(out, c, at, n);
        joint = ", ";
        at += n + (at[n] == ';');
    }
}

void dtn_say_held(dtn_prose *out, const dtn_hypothesis *h, const double *weights)
{
    const size_t first = dtn_maps_leading(weights, h->n_answer);
    dtn_prose_say(out, h->answers[first].name);
    dtn_prose_say(out, " (");
    dtn_prose_percent_of(out, weights, 1, h->n_answer, first);
    dtn_prose_say(out, ")");
    for (size_t a = 0; a < h->n_answer; a++) {
        if (a == first || weights[a] < weights[first] - ABOUT_EQUAL)
            continue;
        dtn_prose_say(out, " or ");
        dtn_prose_say(out, h->answers[a].name);
        dtn_prose_say(out, " (");
        dtn_prose_percent_of(out, weights, 1, h->n_answer, a);
        dtn_prose_say(out, ")");
    }
}

void dtn_say_read(dtn_prose *out, const dtn_hypothesis *h, const dtn_read_stance *stance)
{
    const char *comma = "rules out \"";
    if (!stance->is_denied) {
        dtn_say_held(out, h, stance->weights);
        return;
    }
    for (size_t a = 0; a < h->n_answer; a++)
        if (stance->denied[a]) {
            dtn_prose_say(out, comma);
            dtn_prose_say(out, h->answers[a].name);
            comma = "\", \"";
        }
    dtn_prose_say(out, "\"");
}

void dtn_say_by_hand(dtn_prose *out, const dtn_hypothesis *h, const dtn_stance *hand)
{
    if (strcmp(hand->stance, "open") == 0)
        dtn_prose_say(out, "left open");
    else
        dtn_say_held(out, h, hand->weights);
}

const char *dtn_word_of_reason(dtn_map_reason reason)
{
    switch (reason) {
    case DTN_DIFFER_HAND_OPEN:
        return "by hand it is left open; the program took sentences to speak of it";
    case DTN_DIFFER_NOTHING: return "the program found nothing in the text that speaks of it";
    case DTN_DIFFER_LITTLE:
        return "what the program found is too little, or for and against in balance";
    case DTN_DIFFER_MIXED:
        return "by hand several answers are held at once; the program counts each sentence for one";
    case DTN_DIFFER_SAME_PASSAGE:
        return "the same sentence, taken by the program for another answer";
    case DTN_DIFFER_ELSEWHERE: break;
    }
    return "the program goes by other sentences than those cited by hand";
}

const char *dtn_word_of_model(dtn_model_says says)
{
    switch (says) {
    case DTN_SAYS_NOTHING: return "no such link";
    case DTN_SAYS_INDIRECT: return "only through other factors";
    case DTN_SAYS_PLUS: return "+";
    case DTN_SAYS_MINUS: return "\u2212";
    case DTN_SAYS_BOTH: return "ways of either sign";
    case DTN_SAYS_OPEN: return "sign not told";
    case DTN_SAYS_UNKNOWN: break;
    }
    return "no variable for it";
}

void dtn_say_sign(dtn_prose *out, int sign, bool denied)
{
    dtn_prose_say(out, denied ? "not " : "");
    dtn_prose_say(out, sign > 0 ? "+" : sign == 0 ? "?" : out->is_html ? "\u2212" : "-");
}

void dtn_say_link_sign(dtn_prose *out, const dtn_map_link *link)
{
    const bool is_no = link->is_denied && link->sign != 0;
    dtn_say_sign(out, is_no ? -link->sign : link->sign, is_no);
}

void dtn_say_manner(dtn_prose *out, bool hedged, const char *speaker)
{
    if (hedged)
        dtn_prose_say(out, ", hedged");
    if (speaker) {
        dtn_prose_say(out, ", according to ");
        dtn_prose_say(out, speaker);
    }
}

void dtn_say_toll(dtn_prose *out, const dtn_toll *toll)
{
    if (toll->min < 0 || toll->max < 0)
        dtn_prose_print(out, "%s %.0f dead", toll->max < 0 ? "at least" : "at most",
                        toll->max < 0 ? toll->min : toll->max);
    else if (toll->min < toll->max)
        dtn_prose_print(out, "%.0f to %.0f dead", toll->min, toll->max);
    else
        dtn_prose_print(out, "%.0f dead", toll->min);
}

void dtn_say_event(dtn_prose *out, const dtn_event *event)
{
    dtn_prose_say(out, event->type);
    if (event->source[0] || event->target[0]) {
        dtn_prose_say(out, ", ");
        dtn_prose_say(out, event->source[0] ? event->source : "somebody");
        dtn_prose_say(out, " on ");
        dtn_prose_say(out, event->target[0] ? event->target : "somebody");
    }
    if (event->date[0]) {
        const bool is_by = strncmp(event->date, "../", 3) == 0;
        dtn_prose_say(out, is_by ? ", by " : ", ");
        dtn_prose_say(out, event->date + (is_by ? 3 : 0));
    }
}
