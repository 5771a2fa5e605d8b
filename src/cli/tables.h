/** Tables that a case gives the reader: vocabulary.tsv, cues.tsv, actors.tsv. */
#ifndef DTN_CLI_TABLES_H
#define DTN_CLI_TABLES_H

#include "cli/cli.h"
#include "read/vocabulary.h"

/** `name` in the folder of a case, of cli->arena; NULL: there is none that can be read. */
const char *dtn_cli_case_file(dtn_cli *cli, const char *folder, const char *name);

/** Read cues.tsv of cli->c; *out NULL: it has none. Its ids must be answers and courses of the case (605 at file and
 *  line). Other errors as dtn_vocabulary_read. *out: dtn_vocabulary_delete. */
dtn_status dtn_cli_read_cues(dtn_cli *cli, dtn_vocabulary **out);
/** Are the vocabulary's ids concepts of cli->c? Else DTN_E_INPUT with 605 at file and line. NULL: yes. */
dtn_status dtn_cli_check_vocabulary(dtn_cli *cli, const dtn_vocabulary *vocabulary);
/** Read all three of cli->c, as far as there are some, for what is wrong with them. Nothing is printed. */
dtn_status dtn_cli_check_tables(dtn_cli *cli);

#endif
