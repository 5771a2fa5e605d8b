/** Documents of a command read into causal maps: for `views`, and for `compare --documents`. */
#ifndef DTN_CLI_MAPS_H
#define DTN_CLI_MAPS_H

#include "cli/documents.h"
#include "views/maps.h"

typedef struct dtn_cli_maps {
    dtn_reader *reader;
    dtn_vocabulary *cues;
    dtn_document_batch kept;       /* the texts, which the maps quote */
    struct dtn_cli_drafts *drafts; /* what was read of each, of cli->arena; NULL: nothing yet */
    dtn_views views;
    dtn_maps maps;
    int rc; /* exit status of documents that could not be read; they are named and left out */
} dtn_cli_maps;

/** Read the documents of `folder` for cli->c. What is wrong is said. Returns 0 or an exit status;
 *  free with dtn_cli_maps_free in both cases. With no document views.n_view is 0 and maps empty. */
int dtn_cli_maps_read(dtn_cli *cli, const char *folder, dtn_cli_maps *out);
void dtn_cli_maps_free(dtn_cli_maps *maps);

#endif
