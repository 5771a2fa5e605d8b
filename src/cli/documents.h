/** Documents that a command is given: files, folders, a stream on standard input. */
#ifndef DTN_CLI_DOCUMENTS_H
#define DTN_CLI_DOCUMENTS_H

#include "cli/cli.h"
#include "read/read.h"

typedef struct dtn_document_batch {
    dtn_document *items; /* texts, names and metadata are heap memory of the batch */
    size_t n, cap;
    size_t n_bytes;
} dtn_document_batch;
#define DTN_LARGE_DOCUMENT ((size_t)128 << 10) /* bytes; beyond, it is read in parts */
bool dtn_batch_ends_large(const dtn_document_batch *batch);
void dtn_document_free(const dtn_document *document); /* its texts, where a batch gives it up */
void dtn_document_batch_free(dtn_document_batch *batch);

/** Hashes of the texts that were read. Zeroed: none. */
typedef struct dtn_known_texts {
    uint64_t *items; /* [cap] open addressing; 0: free */
    size_t n, cap;
    size_t n_again; /* documents left out */
} dtn_known_texts;
/** Add a hash; *is_known: it was there. DTN_E_MEMORY. */
dtn_status dtn_note_text(dtn_known_texts *known, uint64_t hash, bool *is_known);
/** Take texts out of the batch that are empty (W936) or known already, under whatever name; the first of these is told
 *  (W933), and what is not English (W937). The hash of each document is set. DTN_E_MEMORY. Free `known` with dtn_known_texts_free. */
dtn_status dtn_leave_out_known(dtn_cli *cli, dtn_known_texts *known, dtn_document_batch *batch);
/** Say how many were left out, if the one that was told is not all. */
void dtn_known_texts_say(dtn_cli *cli, const dtn_known_texts *known);
void dtn_known_texts_free(dtn_known_texts *known);

typedef struct dtn_document_source {
    dtn_cli *cli;
    const char **paths, **names; /* files in order; the names that records give them */
    size_t n_path, cap_path, cap_name, i_path;
    bool is_stream; /* standard input, when its turn comes */
    bool stream_is_open;
    uint64_t n_line;
    dtn_known_texts
        folders;       /* what tells those apart that were met so far, whatever path led to them */
    const char *other; /* the first of the files of folders that are no documents */
    size_t n_other;
    int rc; /* exit status of documents and folders in folders that could not be had; they are named and left out */
} dtn_document_source;

/** Files of the arguments; "-" is standard input; a folder stands for its .txt, .html and .htm
 *  files, those of folders in it too, in order of their names; one that links lead to again is read once. Errors: DTN_E_IO (701),
 *  DTN_E_INPUT (931: nothing to read). Free with dtn_source_free. */
dtn_status dtn_source_init(dtn_document_source *source, dtn_cli *cli, const char *const *args,
                           size_t n);
void dtn_source_free(dtn_document_source *source);

/** The next documents, appended: at most `n` and n times 64 kB, a large one as the last; none at the end. What cannot be had is
 *  said at once (701, 900, 932 for a line that is no document) and left out. */
dtn_status dtn_source_next(dtn_document_source *source, size_t n, dtn_document_batch *batch);

/** --least, or 0.5. */
double dtn_cli_least(const dtn_cli *cli);
/** The reader with a case's vocabulary and actors (case_path NULL: none). 0 or an exit status. */
int dtn_cli_reader(dtn_cli *cli, const char *case_path, double least, dtn_reader **out);

#endif
