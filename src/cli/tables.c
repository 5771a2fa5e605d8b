/* A case's tables for the reader, held against the case.
 *
 * Its reading knows only their form: which concepts, answers and courses there are stands in case.yaml. A row for one that
 * is not there would count for nothing, so it is told; a vocabulary may have concepts that the model lacks, so there
 * only what looks like a slip is refused.
 */
#include "cli/tables.h"

#include "base/data.h"
#include "base/text.h"
#include "events/events.h"

#include <string.h>
#include <unistd.h>

typedef struct id_list {
    const char **items;
    size_t n, cap;
} id_list;

const char *dtn_cli_case_file(dtn_cli *cli, const char *folder, const char *name)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    const char *path = dtn_arena_printf(&cli->arena, "%.*s/%s", (int)n, folder, name);
    return access(path, R_OK) == 0 ? path : NULL;
}

static void add_id(dtn_cli *cli, id_list *ids, const char *of, const char *id)
{
    const char *whole = of ? dtn_arena_printf(&cli->arena, "%s=%s", of, id) : id;
    DTN_PUSH(&cli->arena, ids->items, ids->n, ids->cap, whole);
}

dtn_status dtn_cli_check_vocabulary(dtn_cli *cli, const dtn_vocabulary *vocabulary)
{
    id_list ids = {0};
    for (size_t i = 0; i < cli->c->n_concept; i++)
        add_id(cli, &ids, NULL, cli->c->concepts[i].id);
    return !vocabulary ? DTN_OK
                       : dtn_vocabulary_check(vocabulary, ids.items, ids.n, "a concept of the case",
                                              false, &cli->diags);
}

static dtn_status check_cues(dtn_cli *cli, const dtn_vocabulary *cues)
{
    const dtn_case *c = cli->c;
    id_list ids = {0};
    for (size_t h = 0; h < c->n_hypothesis; h++)
        for (size_t a = 0; a < c->hypotheses[h].n_answer; a++)
            add_id(cli, &ids, c->hypotheses[h].id, c->hypotheses[h].answers[a].id);
    for (size_t i = 0; i < c->n_actor; i++)
        for (size_t k = 0; k < c->actors[i].n_course; k++)
            add_id(cli, &ids, c->actors[i].id, c->actors[i].courses[k].id);
    return dtn_vocabulary_check(
        cues, ids.items, ids.n,
        "an answer (HYPOTHESIS=ANSWER) or course (ACTOR=COURSE) of the case", true, &cli->diags);
}

dtn_status dtn_cli_read_cues(dtn_cli *cli, dtn_vocabulary **out)
{
    const char *path = dtn_cli_case_file(cli, cli->c->folder, "cues.tsv");
    *out = NULL;
    if (!path)
        return DTN_OK;
    DTN_TRY(dtn_vocabulary_read(path, "answer or course", out, &cli->diags));
    return check_cues(cli, *out);
}

static dtn_status check_actors(dtn_cli *cli)
{
    const char *path = dtn_cli_case_file(cli, cli->c->folder, "actors.tsv");
    dtn_event_words *words = NULL;
    char *folder = path ? dtn_data_path("") : NULL;
    if (!path)
        return DTN_OK;
    const dtn_status status =
        folder ? dtn_event_words_read(folder, path, &words, &cli->diags) : DTN_E_MEMORY;
    if (status == DTN_OK)
        dtn_event_words_delete(words);
    dtn_free(folder);
    return status;
}

/* The worse of two. */
static dtn_status both(dtn_status a, dtn_status b)
{
    return a == DTN_OK || (a == DTN_E_INPUT && b != DTN_OK) ? b : a;
}

dtn_status dtn_cli_check_tables(dtn_cli *cli)
{
    const char *path = dtn_cli_case_file(cli, cli->c->folder, "vocabulary.tsv");
    dtn_vocabulary *vocabulary = NULL, *cues = NULL;
    dtn_status status =
        path ? dtn_vocabulary_read(path, "concept", &vocabulary, &cli->diags) : DTN_OK;
    if (status == DTN_OK)
        status = dtn_cli_check_vocabulary(cli, vocabulary);
    status = both(status, dtn_cli_read_cues(cli, &cues));
    status = both(status, check_actors(cli));
    dtn_vocabulary_delete(vocabulary);
    dtn_vocabulary_delete(cues);
    return status;
}
