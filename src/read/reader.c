/* Making a reader: rules, lexicons, weights, vocabulary, and the name of all that: the coder. */
#include "read/read.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/file.h"

static dtn_status read_syntax(dtn_reader *reader, const char *folder, dtn_diags *diags)
{
    char *path = dtn_store_join(folder, "weights/syntax.bin");
    dtn_status status = path ? DTN_OK : DTN_E_MEMORY;
    if (status == DTN_OK && access(path, R_OK) == 0)
        status = dtn_syntax_read(path, &reader->syntax, diags);
    else if (status == DTN_OK)
        dtn_diags_add(diags, 927, (dtn_pos){path, 0, 0}, "`make train-parser` makes the file",
                      "without the parser's weights nothing is found in documents");
    dtn_free(path);
    return status;
}

static dtn_status read_weights(dtn_reader *reader, const char *folder, dtn_diags *diags)
{
    char *path = dtn_store_join(folder, "weights/reranker.tsv");
    dtn_status status = path ? DTN_OK : DTN_E_MEMORY;
    if (status == DTN_OK && access(path, R_OK) == 0)
        status = dtn_reranker_read(path, &reader->reranker, diags);
    else if (status == DTN_OK)
        dtn_diags_add(diags, 927, (dtn_pos){path, 0, 0}, "`make train-reranker` makes the file",
                      "without the re-ranker's weights probabilities are not calibrated");
    dtn_free(path);
    return status;
}

static dtn_status read_bounds(dtn_reader *reader, const char *folder, dtn_diags *diags)
{
    char *path = dtn_store_join(folder, "weights/bounds.tsv");
    dtn_status status = path ? DTN_OK : DTN_E_MEMORY;
    if (status == DTN_OK && access(path, R_OK) == 0)
        status = dtn_bounds_read(path, &reader->bounds, diags);
    else if (status == DTN_OK)
        dtn_diags_add(diags, 927, (dtn_pos){path, 0, 0}, "`make train-bounds` makes the file",
                      "without these weights clauses are cut where the tree says");
    dtn_free(path);
    return status;
}

dtn_status dtn_reader_new(const dtn_reader_options *options, dtn_reader **out, dtn_diags *diags)
{
    dtn_reader *reader = dtn_alloc(sizeof *reader);
    if (!reader)
        return DTN_E_MEMORY;
    reader->least = options->least;
    dtn_status status = dtn_rules_read(options->folder, &reader->rules, diags);
    if (status == DTN_OK)
        status = read_syntax(reader, options->folder, diags);
    if (status == DTN_OK)
        status = read_weights(reader, options->folder, diags);
    if (status == DTN_OK)
        status = read_bounds(reader, options->folder, diags);
    if (status == DTN_OK)
        status = dtn_event_words_read(options->folder, options->actors, &reader->events, diags);
    if (status == DTN_OK && options->vocabulary)
        status = dtn_vocabulary_read(options->vocabulary, "concept", &reader->vocabulary, diags);
    if (status != DTN_OK) {
        dtn_reader_delete(reader);
        return status;
    }
    dtn_read_lexicons(reader->rules, reader->events, &reader->known);
    dtn_mend_lexicons(reader->rules, &reader->mend_words);
    snprintf(
        reader->coder, sizeof reader->coder,
        "detente-%s/rules-%.8s/events-%.8s/syntax-%.8s/weights-%.8s/bounds-%.8s/vocabulary-%.8s",
        DTN_VERSION, dtn_rules_hash(reader->rules), dtn_event_words_hash(reader->events),
        reader->syntax ? dtn_syntax_hash(reader->syntax) : "none",
        reader->reranker ? dtn_weights_hash(reader->reranker->table) : "none",
        reader->bounds ? reader->bounds->hash : "none", dtn_vocabulary_hash(reader->vocabulary));
    *out = reader;
    return DTN_OK;
}

void dtn_reader_delete(dtn_reader *reader)
{
    if (!reader)
        return;
    dtn_rules_delete(reader->rules);
    dtn_reranker_delete(reader->reranker);
    dtn_free(reader->bounds);
    dtn_vocabulary_delete(reader->vocabulary);
    dtn_event_words_delete(reader->events);
    dtn_syntax_delete(reader->syntax);
    dtn_free(reader);
}
