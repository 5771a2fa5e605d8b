/* views.yaml: what each document holds of the hypotheses, as a setting of the same model.
 *
 * A view says of every hypothesis that it speaks of whether an answer is held (one, or weights over
 * several), answers are denied (they get no weight, the others share their priors), or the question
 * is open (all priors); what does not go with the stance is refused (604). Hypotheses it leaves out
 * keep their priors. The course of action that the view recommends is a profile of the case.
 */
#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "case/reader.h"

static uint32_t find_hypothesis(const dtn_case *c, const char *id)
{
    for (size_t h = 0; h < c->n_hypothesis; h++)
        if (strcmp(c->hypotheses[h].id, id) == 0)
            return (uint32_t)h;
    return DTN_NONE;
}

static uint32_t find_answer(dtn_case_reader *r, const dtn_hypothesis *hypothesis, const char *id,
                            dtn_pos pos)
{
    dtn_nearest nearest;
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        if (strcmp(hypothesis->answers[a].id, id) == 0)
            return (uint32_t)a;
    dtn_nearest_init(&nearest, id);
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        dtn_nearest_add(&nearest, hypothesis->answers[a].id);
    dtn_diags_add(r->diags, 605, pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "name an answer of the hypothesis",
                  "`%s` is not an answer of %s", id, hypothesis->id);
    return DTN_NONE;
}

/* Priors of the answers that are not denied, scaled to 1. */
static void undenied_priors(dtn_case_reader *r, const dtn_stance *stance,
                            const dtn_hypothesis *hypothesis, double *weights)
{
    double sum = 0;
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        weights[a] = hypothesis->answers[a].prior;
    for (size_t i = 0; i < stance->n_denied; i++) {
        const uint32_t a = find_answer(r, hypothesis, stance->denies[i], stance->pos);
        if (a != DTN_NONE)
            weights[a] = 0;
    }
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        sum += weights[a];
    if (!(sum > 0))
        dtn_diags_add(r->diags, 608, stance->pos, "leave at least one answer with a prior above 0",
                      "the stance on %s denies every answer", hypothesis->id);
    for (size_t a = 0; a < hypothesis->n_answer && sum > 0; a++)
        weights[a] /= sum;
}

static void given_weights(dtn_case_reader *r, const dtn_stance *stance,
                          const dtn_hypothesis *hypothesis, double *weights)
{
    double sum = 0;
    for (size_t i = 0; i < stance->n_mixture; i++) {
        const dtn_weight *w = &stance->mixture[i];
        const uint32_t a = find_answer(r, hypothesis, w->answer, w->pos);
        if (a != DTN_NONE)
            weights[a] = w->weight;
        sum += w->weight;
    }
    if (fabs(sum - 1) > 1e-9)
        dtn_diags_add(r->diags, 608, stance->pos, "weights of a stance add up to 1",
                      "the weights on %s add up to %g", hypothesis->id, sum);
}

/* ---- What goes with which stance --------------------------------------------------------- */

static void refuse(dtn_case_reader *r, const dtn_stance *stance, dtn_pos pos, const char *hint,
                   const char *what)
{
    dtn_diags_add(r->diags, 604, pos, hint, "the stance on %s is %s: %s", stance->hypothesis,
                  stance->stance, what);
}

static double weight_of(const dtn_stance *stance, const char *answer)
{
    double weight = stance->answer && strcmp(stance->answer, answer) == 0 ? 1 : 0;
    for (size_t i = 0; i < stance->n_mixture; i++)
        if (strcmp(stance->mixture[i].answer, answer) == 0)
            weight += stance->mixture[i].weight;
    return weight;
}

static void check_held(dtn_case_reader *r, const dtn_stance *s)
{
    if (s->answer && s->weights_pos.line)
        dtn_diags_add(r->diags, 604, s->weights_pos, "give one of the two",
                      "the stance on %s has both an answer and weights", s->hypothesis);
    else if (!s->answer_pos.line && !s->has_weights)
        refuse(
            r, s, s->pos,
            "add `answer` or `weights: {answer: weight}`; where answers are rejected alone write "
            "`stance: denied`, where nothing is said `stance: open`",
            "it must say which answer");
    for (size_t i = 0; i < s->n_denied; i++)
        if (weight_of(s, s->denies[i]) > 0)
            refuse(r, s, s->denies_pos, "take it out of `denies`, or give it no weight",
                   dtn_arena_printf(r->arena, "`%s` is held and denied", s->denies[i]));
}

static void check_denied(dtn_case_reader *r, const dtn_stance *s)
{
    if (s->n_denied == 0 && !s->answer_pos.line)
        refuse(r, s, s->pos, "list what is rejected, as `denies: [ANSWER]`",
               "it must say which answers");
    if (s->answer_pos.line)
        refuse(r, s, s->answer_pos,
               "list what is rejected under `denies`; where another answer is held write `stance: "
               "held`",
               "it has no `answer`");
    if (s->has_weights)
        refuse(r, s, s->weights_pos,
               "leave them out, the other answers keep their priors; or write `stance: held`",
               "it has no weights");
}

static void check_open(dtn_case_reader *r, const dtn_stance *s)
{
    if (s->answer_pos.line || s->has_weights)
        refuse(r, s, s->answer_pos.line ? s->answer_pos : s->weights_pos,
               "leave it out, all answers keep their priors; or write `stance: held`",
               "it has no answer of its own and no weights but `prior`");
    if (s->denies_pos.line)
        refuse(r, s, s->denies_pos, "write `stance: denied`", "it denies nothing");
}

/* What contradicts itself would run as one of the two. */
static void check_form(dtn_case_reader *r, const dtn_stance *s)
{
    if (!s->stance) /* not one of the three, which has been said */
        return;
    if (strcmp(s->stance, "held") == 0)
        check_held(r, s);
    else if (strcmp(s->stance, "denied") == 0)
        check_denied(r, s);
    else
        check_open(r, s);
}

static void resolve_stance(dtn_case_reader *r, dtn_stance *stance)
{
    if (!stance->hypothesis) /* its id is missing, which has been said */
        return;
    stance->i_hypothesis = find_hypothesis(r->c, stance->hypothesis);
    if (stance->i_hypothesis == DTN_NONE) {
        dtn_diags_add(r->diags, 605, stance->pos, "name a hypothesis of case.yaml",
                      "`%s` is not a hypothesis of the case", stance->hypothesis);
        stance->i_hypothesis = 0;
        return;
    }
    const dtn_hypothesis *hypothesis = &r->c->hypotheses[stance->i_hypothesis];
    double *weights = DTN_NEW_N(r->arena, double, hypothesis->n_answer + 1);
    check_form(r, stance);
    if (stance->answer) {
        const uint32_t a = find_answer(r, hypothesis, stance->answer, stance->pos);
        if (a != DTN_NONE)
            weights[a] = 1;
    } else if (stance->has_weights) {
        given_weights(r, stance, hypothesis, weights);
    } else {
        undenied_priors(r, stance, hypothesis, weights);
    }
    stance->weights = weights;
}

static void resolve_recommended(dtn_case_reader *r, dtn_view *view)
{
    const char *text = NULL;
    for (size_t i = 0; i < view->recommends.n_course; i++)
        text = text ? dtn_arena_printf(r->arena, "%s;%s", text, view->recommends.courses[i].name)
                    : view->recommends.courses[i].name;
    if (!text)
        return;
    const size_t before = r->ignored.n; /* the text has no place of its own: the entry's is given */
    (void)dtn_case_parse_profile(r->c, text, &view->recommended, &r->ignored);
    for (size_t i = before; i < r->ignored.n; i++)
        dtn_diags_add(r->diags, r->ignored.items[i].code, view->recommends.courses[0].pos,
                      r->ignored.items[i].hint, "%s", r->ignored.items[i].message);
}

bool dtn_case_is_reserved_id(const char *id)
{
    static const char *const reserved[] = {"prior", "all", "documents", "views"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(id, reserved[i]) == 0)
            return true;
    return false;
}

static void check_reserved(dtn_case_reader *r, const dtn_view *view)
{
    if (view->id && dtn_case_is_reserved_id(view->id))
        dtn_diags_add(r->diags, 644, view->pos, "give the view another id",
                      "`%s` cannot be the id of a view", view->id);
}

/* What a listed document must be: whole bytes, a hash as `md5sum`'s kin print it. */
static void check_text(dtn_case_reader *r, const dtn_cited_text *text)
{
    const char *hash = text->xxh3 ? text->xxh3 : "";
    if (text->n_byte != floor(text->n_byte))
        dtn_diags_add(r->diags, 604, text->pos, "the length of the file in bytes",
                      "the bytes of a document are no whole number");
    if (text->xxh3 && (strlen(hash) != 32 || strspn(hash, "0123456789abcdef") != 32))
        dtn_diags_add(r->diags, 604, text->pos,
                      "XXH3-128 of the file as 32 hex digits (xxhsum -H2)",
                      "`%s` is no hash of a document", hash);
}

static void read_tree(dtn_case_reader *r, const dtn_yaml_node *root)
{
    dtn_case_read_view_tables(r, root);
    for (size_t i = 0; i < r->c->n_text; i++)
        check_text(r, &r->c->texts[i]);
    for (size_t v = 0; v < r->c->n_view; v++) {
        for (size_t i = 0; i < r->c->views[v].n_stance; i++)
            resolve_stance(r, &r->c->views[v].stances[i]);
        resolve_recommended(r, &r->c->views[v]);
        check_reserved(r, &r->c->views[v]);
    }
}

dtn_status dtn_case_read_views(dtn_case_reader *r)
{
    dtn_yaml_node *root = NULL;
    if (!r->c->views_file)
        return DTN_OK;
    DTN_TRY(dtn_case_load_yaml(r, r->c->views_file, &root));
    read_tree(r, root);
    return DTN_OK;
}

dtn_status dtn_case_read_other_views(dtn_case_reader *r, const char *path)
{
    dtn_yaml_node *root = NULL;
    const size_t n_error = r->diags->n_error;
    size_t n = 0;
    DTN_TRY(dtn_file_read(path, DTN_CASE_MAX_FILE, &r->heap, &n, r->diags));
    const char *name = dtn_arena_strdup(r->arena, path);
    char *text = dtn_arena_printf(r->arena, "%s%.*s", r->c->hash, (int)n, r->heap);
    DTN_TRY(dtn_yaml_read(r->arena, text + strlen(r->c->hash), strlen(text) - strlen(r->c->hash),
                          name, &root, r->diags));
    if (!root) {
        dtn_diags_add(r->diags, 603, (dtn_pos){name, 1, 1}, "see docs/case-format.md",
                      "the file is empty");
        return DTN_E_INPUT;
    }
    r->c->views = NULL;
    r->c->n_view = r->c->cap_view = 0;
    r->c->texts = NULL;
    r->c->n_text = r->c->cap_text = 0;
    read_tree(r, root);
    if (r->diags->n_error > n_error)
        return DTN_E_INPUT;
    dtn_hash128_hex(text, strlen(text), r->c->hash); /* the views shape results */
    return DTN_OK;
}
