/* detente views: documents set against a case, for people; and as a views file for compare.
 *
 * Prints for each document what it holds of the case's hypotheses with the sentences that say so,
 * beside the view that was written by hand; then the links on which documents contradict each
 * other or the model, links of the model that nobody claims, claims that the model lacks.
 * Sentences are quoted from the documents as given, at run time only; the file holds none.
 */
#include "cli/documents.h"
#include "read/views.h"
#include "store/file.h"

#include <string.h>
#include <unistd.h>

#define MAX_DOCUMENTS 1000 /* views of a case, each with its own column of results */
#define MAX_QUOTED 2       /* sentences behind an answer that are shown; -v shows all */
#define MAX_QUOTE 220      /* bytes of one */

typedef struct views_job {
    dtn_cli *cli;
    dtn_reader *reader;
    dtn_vocabulary *cues;
    dtn_views views;
    dtn_document_batch kept;
    dtn_model_says *model; /* [n_concept][n_concept] */
    int rc;
} views_job;

/* ---- Text ---------------------------------------------------------------------------------- */

static void print_quote(views_job *job, const char *text, dtn_span span)
{
    uint32_t n = 0;
    bool blank = false;
    (void)fputs("\"", stdout);
    for (uint32_t i = span.begin; i < span.end; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (n >= MAX_QUOTE && !job->cli->options.verbose && (c & 0xc0) != 0x80) {
            (void)fputs(" ...", stdout);
            break;
        }
        if (c <= ' ' || c == 0x7f) { /* no controls on somebody's terminal */
            blank = true;
            continue;
        }
        if (blank && n)
            (void)putchar(' ');
        blank = false;
        (void)putchar(c);
        n++;
    }
    (void)printf("\" (bytes %u-%u)", span.begin, span.end);
}

static void print_weights(const dtn_hypothesis *h, const double *weights)
{
    const char *comma = "";
    for (size_t a = 0; a < h->n_answer; a++)
        if (weights[a] > 0) {
            (void)printf("%s%s %.2f", comma, h->answers[a].id, weights[a]);
            comma = ", ";
        }
}

static const dtn_stance *hand_stance(const dtn_read_view *view, size_t h)
{
    for (size_t i = 0; view->by_hand && i < view->by_hand->n_stance; i++)
        if (view->by_hand->stances[i].i_hypothesis == h)
            return &view->by_hand->stances[i];
    return NULL;
}

/* Half the sum of differences: 0 the same, 1 nothing in common. */
static double distance(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
    return sum / 2;
}

/* ---- A document ----------------------------------------------------------------------------- */

static void print_answer(views_job *job, const dtn_read_view *view, const dtn_answer *answer,
                         const dtn_answer_support *support)
{
    size_t shown = 0;
    for (size_t i = 0; i < support->n; i++) {
        const dtn_support *s = &support->items[i];
        if (shown == MAX_QUOTED && !job->cli->options.verbose)
            break;
        shown++;
        (void)printf("      %s %s: ", s->denies ? "against" : "for", answer->id);
        print_quote(job, view->text, s->sentence);
        (void)printf("; %s%s%s\n", s->why, s->speaker ? "; says " : "",
                     s->speaker ? s->speaker : "");
    }
    if (support->n > shown)
        (void)printf("      ... and %zu more (-v)\n", support->n - shown);
}

static void print_stance(views_job *job, const dtn_read_view *view, size_t i_hypothesis)
{
    const dtn_hypothesis *h = &job->views.c->hypotheses[i_hypothesis];
    const dtn_read_stance *s = &view->stances[i_hypothesis];
    const dtn_stance *hand = hand_stance(view, i_hypothesis);
    (void)printf("  %s %s\n    %s", h->id, h->question, s->is_open ? "open" : "holds ");
    if (!s->is_open)
        print_weights(h, s->weights);
    for (size_t a = 0; a < h->n_answer; a++)
        if (s->denied[a])
            (void)printf("; denies %s", h->answers[a].id);
    if (hand) {
        (void)printf("; by hand: ");
        if (strcmp(hand->stance, "open") == 0)
            (void)fputs("open", stdout);
        else
            print_weights(h, hand->weights);
    }
    (void)putchar('\n');
    for (size_t a = 0; a < h->n_answer; a++)
        print_answer(job, view, &h->answers[a], &s->answers[a]);
}

static void print_course(views_job *job, const dtn_read_view *view)
{
    (void)printf("  argues for %s", view->course ? view->course : "no course that was recognised");
    if (view->course) {
        (void)fputs(": ", stdout);
        print_quote(job, view->text, view->course_sentence);
    }
    if (view->by_hand && view->by_hand->recommended.label)
        (void)printf("; by hand: %s", view->by_hand->recommended.label);
    (void)putchar('\n');
}

static void print_map(views_job *job, uint32_t doc)
{
    const dtn_views *v = &job->views;
    (void)fputs("  map:", stdout);
    size_t n = 0;
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        if (c->doc != doc)
            continue;
        n++;
        (void)printf("\n    %s -> %s %s%s%s%s%s ", c->cause, c->effect,
                     c->sign < 0   ? "-"
                     : c->sign > 0 ? "+"
                                   : "?",
                     c->negated ? ", denied" : "", c->hedged ? ", hedged" : "",
                     c->speaker ? ", says " : "", c->speaker ? c->speaker : "");
        print_quote(job, v->views[doc].text, c->sentence);
    }
    (void)puts(n ? "" : " no claims between concepts of the case");
}

static void print_document(views_job *job, uint32_t doc)
{
    const dtn_read_view *view = &job->views.views[doc];
    size_t n = 0;
    for (size_t i = 0; i < job->views.n_cited; i++)
        n += job->views.cited[i].doc == doc;
    (void)printf("%s (%s: %zu sentences, %zu claims, %zu between concepts of the case)\n", view->id,
                 view->name, view->n_sentence, view->n_claim, n);
    for (size_t h = 0; h < job->views.c->n_hypothesis; h++)
        print_stance(job, view, h);
    print_course(job, view);
    print_map(job, doc);
    (void)putchar('\n');
}

/* ---- Documents against each other and the model ----------------------------------------------- */

static const char *const says_words[] = {"nothing",     "only through other concepts",
                                         "+",           "-",
                                         "either sign", "nothing, since it has no such variable"};

static uint32_t concept_index(const dtn_case *c, const char *id)
{
    for (uint32_t k = 0; k < c->n_concept; k++)
        if (strcmp(c->concepts[k].id, id) == 0)
            return k;
    return DTN_NO_WORD;
}

static dtn_model_says model_says(const views_job *job, const char *cause, const char *effect)
{
    const dtn_case *c = job->views.c;
    const uint32_t a = concept_index(c, cause), b = concept_index(c, effect);
    return a == DTN_NO_WORD || b == DTN_NO_WORD ? DTN_SAYS_UNKNOWN
                                                : job->model[a * c->n_concept + b];
}

/* Is this the first claim on its link? */
static bool is_first(const dtn_views *v, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(v->cited[k].cause, v->cited[i].cause) == 0 &&
            strcmp(v->cited[k].effect, v->cited[i].effect) == 0)
            return false;
    return true;
}

/* The documents' signs on a link: bits 1 plus, 2 minus. */
static int signs_of(const dtn_views *v, const char *cause, const char *effect)
{
    int signs = 0;
    for (uint32_t doc = 0; doc < v->n_view; doc++) {
        double weight = 0;
        const int sign = dtn_views_sign(v, doc, cause, effect, &weight);
        signs |= sign > 0 ? 1 : sign < 0 ? 2 : 0;
    }
    return signs;
}

static void print_sides(views_job *job, const char *cause, const char *effect)
{
    const dtn_views *v = &job->views;
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        if (!c->sign || strcmp(c->cause, cause) != 0 || strcmp(c->effect, effect) != 0)
            continue;
        (void)printf("    %s %s: ", (c->sign < 0) != c->negated ? "-" : "+", v->views[c->doc].id);
        print_quote(job, v->views[c->doc].text, c->sentence);
        (void)putchar('\n');
    }
}

static void print_contradictions(views_job *job)
{
    const dtn_views *v = &job->views;
    size_t n = 0;
    (void)puts("Where documents contradict each other");
    for (size_t i = 0; i < v->n_cited; i++)
        if (is_first(v, i) && signs_of(v, v->cited[i].cause, v->cited[i].effect) == 3) {
            (void)printf("  %s -> %s (the model: %s)\n", v->cited[i].cause, v->cited[i].effect,
                         says_words[model_says(job, v->cited[i].cause, v->cited[i].effect)]);
            print_sides(job, v->cited[i].cause, v->cited[i].effect);
            n++;
        }
    if (!n)
        (void)puts("  nowhere");
}

static void print_against_model(views_job *job)
{
    const dtn_views *v = &job->views;
    size_t n = 0;
    (void)puts("Where documents contradict the model");
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        const int signs = is_first(v, i) ? signs_of(v, c->cause, c->effect) : 0;
        const dtn_model_says says = model_says(job, c->cause, c->effect);
        if (!((signs & 2 && says == DTN_SAYS_PLUS) || (signs & 1 && says == DTN_SAYS_MINUS)))
            continue;
        (void)printf("  %s -> %s (the model: %s)\n", c->cause, c->effect, says_words[says]);
        print_sides(job, c->cause, c->effect);
        n++;
    }
    if (!n)
        (void)puts("  nowhere");
}

static void print_lacking(views_job *job)
{
    const dtn_views *v = &job->views;
    size_t n = 0;
    (void)puts("Claims that the model lacks as a link of its own");
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        const dtn_model_says says = model_says(job, c->cause, c->effect);
        if (!is_first(v, i) ||
            (says != DTN_SAYS_NOTHING && says != DTN_SAYS_UNKNOWN && says != DTN_SAYS_INDIRECT))
            continue;
        (void)printf("  %s -> %s%s\n", c->cause, c->effect,
                     says == DTN_SAYS_UNKNOWN    ? " (a concept without a variable)"
                     : says == DTN_SAYS_INDIRECT ? " (the model: through other concepts)"
                                                 : "");
        n++;
    }
    if (!n)
        (void)puts("  none");
}

static void print_unclaimed(views_job *job)
{
    const dtn_case *c = job->views.c;
    size_t n = 0, all = 0;
    (void)puts("Links of the model that no document claims");
    for (size_t a = 0; a < c->n_concept; a++)
        for (size_t b = 0; b < c->n_concept; b++) {
            const dtn_model_says says = job->model[a * c->n_concept + b];
            bool claimed = false;
            if (a == b || says == DTN_SAYS_NOTHING || says == DTN_SAYS_UNKNOWN ||
                says == DTN_SAYS_INDIRECT)
                continue;
            all++;
            for (size_t i = 0; i < job->views.n_cited && !claimed; i++)
                claimed = strcmp(job->views.cited[i].cause, c->concepts[a].id) == 0 &&
                          strcmp(job->views.cited[i].effect, c->concepts[b].id) == 0;
            if (claimed)
                continue;
            n++;
            if (job->cli->options.verbose)
                (void)printf("  %s -> %s %s\n", c->concepts[a].id, c->concepts[b].id,
                             says_words[says]);
        }
    (void)printf("  %zu of %zu%s\n", n, all, job->cli->options.verbose ? "" : " (-v lists them)");
}

/* ---- By hand and as read --------------------------------------------------------------------- */

static size_t leading(const double *weights, size_t n)
{
    size_t best = 0;
    for (size_t a = 1; a < n; a++)
        if (weights[a] > weights[best])
            best = a;
    return best;
}

/* Both open, or both hold the same answer most. */
static bool agree(const dtn_hypothesis *h, const dtn_read_stance *s, const dtn_stance *hand)
{
    const bool hand_is_open = strcmp(hand->stance, "open") == 0;
    if (s->is_open || hand_is_open)
        return s->is_open && hand_is_open;
    return leading(s->weights, h->n_answer) == leading(hand->weights, h->n_answer);
}

static const char *reason(const dtn_hypothesis *h, const dtn_read_stance *s, const dtn_stance *hand)
{
    size_t n = 0;
    for (size_t a = 0; a < h->n_answer; a++)
        n += s->answers[a].n;
    if (n == 0)
        return "no claim or cue on it was found in the text";
    if (s->is_open)
        return "what was found is too little, or for and against in balance";
    if (strcmp(hand->stance, "open") == 0)
        return "the sentences above were taken to speak of it";
    return "by the sentences above";
}

static void print_differences(views_job *job)
{
    const dtn_views *v = &job->views;
    size_t n = 0, n_same = 0;
    (void)puts("As read and by hand: where they differ, and why");
    for (size_t d = 0; d < v->n_view; d++)
        for (size_t h = 0; h < v->c->n_hypothesis; h++) {
            const dtn_hypothesis *hypothesis = &v->c->hypotheses[h];
            const dtn_read_stance *s = &v->views[d].stances[h];
            const dtn_stance *hand = hand_stance(&v->views[d], h);
            if (!hand)
                continue;
            n++;
            if (agree(hypothesis, s, hand)) {
                n_same++;
                continue;
            }
            (void)printf("  %s %s: read ", v->views[d].id, hypothesis->id);
            if (s->is_open)
                (void)fputs("open", stdout);
            else
                print_weights(hypothesis, s->weights);
            (void)fputs("; by hand ", stdout);
            if (strcmp(hand->stance, "open") == 0)
                (void)fputs("open", stdout);
            else
                print_weights(hypothesis, hand->weights);
            (void)printf(" (distance %.2f): %s\n",
                         distance(s->weights, hand->weights, hypothesis->n_answer),
                         reason(hypothesis, s, hand));
        }
    if (n)
        (void)printf("  %zu of %zu stances agree: both open, or both hold the same answer most\n",
                     n_same, n);
    else
        (void)puts("  none of these documents has a view written by hand");
}

/* ---- The views file --------------------------------------------------------------------------- */

static void write_stance(views_job *job, const dtn_read_view *view, size_t i, dtn_out *out)
{
    const dtn_hypothesis *h = &job->views.c->hypotheses[i];
    const dtn_read_stance *s = &view->stances[i];
    const char *comma = "";
    dtn_out_printf(out, "      - id: %s\n        stance: %s\n", h->id,
                   s->is_open ? "open" : "held");
    if (s->is_open)
        dtn_out_text(out, "        weights: prior\n");
    else {
        dtn_out_text(out, "        weights: {");
        for (size_t a = 0; a < h->n_answer; a++)
            if (s->weights[a] > 0) {
                dtn_out_printf(out, "%s%s: %.2f", comma, h->answers[a].id, s->weights[a]);
                comma = ", ";
            }
        dtn_out_text(out, "}\n");
    }
    dtn_out_text(out, "        source: \"");
    comma = "";
    for (size_t a = 0; a < h->n_answer; a++)
        for (size_t k = 0; k < s->answers[a].n && k < 3; k++) {
            dtn_out_printf(out, "%s%s:%u-%u", comma, view->id,
                           s->answers[a].items[k].sentence.begin,
                           s->answers[a].items[k].sentence.end);
            comma = "; ";
        }
    dtn_out_printf(out,
                   "%s\"\n        paraphrase: \"Read by the program, not checked by a person.\"\n",
                   *comma ? "" : "none found");
}

static dtn_status write_views(views_job *job, const char *path)
{
    dtn_out out;
    DTN_TRY(dtn_out_open(&out, path, &job->cli->diags));
    dtn_out_printf(&out, "# Views as `detente views` read them (%s).\nversion: 1\nviews:\n",
                   job->reader->coder);
    for (size_t d = 0; d < job->views.n_view; d++) {
        const dtn_read_view *view = &job->views.views[d];
        dtn_out_printf(
            &out,
            "  - id: \"%s\"\n    name: \"%s, as read\"\n    kind: document\n    about: \"Read "
            "by the program from a document.\"\n",
            view->id, view->id);
        if (view->course) {
            const char *equals = strchr(view->course, '=');
            dtn_out_printf(&out,
                           "    recommends:\n      course: {%.*s: %s}\n      source: \"%s:%u-%u\"\n"
                           "      paraphrase: \"Read by the program, not checked by a person.\"\n",
                           (int)(equals - view->course), view->course, equals + 1, view->id,
                           view->course_sentence.begin, view->course_sentence.end);
        }
        dtn_out_text(&out, "    hypotheses:\n");
        for (size_t h = 0; h < job->views.c->n_hypothesis; h++)
            write_stance(job, view, h, &out);
    }
    return dtn_out_commit(&out, &job->cli->diags);
}

/* ---- The command ------------------------------------------------------------------------------ */

static dtn_status read_document(views_job *job, const dtn_document *given)
{
    dtn_document copy = *given, *document = &copy; /* its title and date may become the arena's */
    dtn_reading *reading = DTN_NEW(&job->cli->arena, dtn_reading);
    const dtn_status status =
        dtn_reader_analyse(job->reader, document, &job->cli->arena, reading, &job->cli->diags);
    if (status == DTN_E_MEMORY)
        return status;
    if (status != DTN_OK) {
        job->rc = dtn_cli_fail(job->cli, status);
        return DTN_OK;
    }
    dtn_views_add(&job->views, job->reader, document, reading);
    return DTN_OK;
}

static dtn_status read_documents(views_job *job, const char *folder)
{
    dtn_document_source source = {0};
    dtn_status status = dtn_source_init(&source, job->cli, &folder, 1);
    if (status == DTN_OK)
        status = dtn_source_next(&source, MAX_DOCUMENTS, &job->kept);
    for (size_t i = 0; i < job->kept.n && status == DTN_OK; i++) {
        status = read_document(job, &job->kept.items[i]);
        if (dtn_console_progress(&job->cli->console, i + 1, job->kept.n))
            status = DTN_E_INTERRUPTED;
    }
    job->rc = source.rc ? source.rc : job->rc;
    dtn_source_free(&source);
    dtn_console_progress_end(&job->cli->console);
    return status;
}

static dtn_status print_all(views_job *job)
{
    dtn_graph graph = {0};
    DTN_TRY(dtn_check_graph(job->cli->model, &graph));
    job->model = dtn_views_model(job->cli->c, &graph, &job->cli->arena);
    for (uint32_t d = 0; d < job->views.n_view; d++)
        print_document(job, d);
    print_contradictions(job);
    print_against_model(job);
    print_lacking(job);
    print_unclaimed(job);
    print_differences(job);
    return DTN_OK;
}

static dtn_status read_cues(views_job *job)
{
    const char *path = dtn_arena_printf(&job->cli->arena, "%s/cues.tsv", job->cli->c->folder);
    return access(path, R_OK) == 0 ? dtn_vocabulary_read(path, &job->cues, &job->cli->diags)
                                   : DTN_OK;
}

int dtn_cli_views(dtn_cli *cli)
{
    views_job job = {.cli = cli};
    int rc = dtn_cli_read(cli);
    if (rc != 0)
        return rc;
    if (!cli->c) {
        dtn_console_error(&cli->console, "'views' needs a case, and %s is a model",
                          cli->options.args[0]);
        return DTN_EXIT_USAGE;
    }
    rc = dtn_cli_reader(cli, cli->c->path, dtn_cli_least(cli), &job.reader);
    if (rc != 0)
        return rc;
    const char *folder = cli->options.documents
                             ? cli->options.documents
                             : dtn_arena_printf(&cli->arena, "%s/documents", cli->c->folder);
    dtn_status status = read_cues(&job);
    dtn_views_init(&job.views, cli->c, job.cues, &cli->arena);
    if (status == DTN_OK)
        status = read_documents(&job, folder);
    const bool has_views = job.views.n_view > 0; /* else what is wrong has been said */
    if (status == DTN_OK && has_views)
        status = print_all(&job);
    if (status == DTN_OK && has_views && cli->options.out)
        status = write_views(&job, cli->options.out);
    rc = status == DTN_OK ? job.rc : dtn_cli_fail(cli, status);
    dtn_document_batch_free(&job.kept);
    dtn_vocabulary_delete(job.cues);
    dtn_reader_delete(job.reader);
    return rc;
}
