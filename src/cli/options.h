/** Commands and options: two tables (commands.def, options.def) and what is made from them. */
#ifndef DTN_CLI_OPTIONS_H
#define DTN_CLI_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum dtn_command {
#define DTN_CMD(id, name, arguments, min, max, summary, text, examples) DTN_CMD_##id,
#include "cli/commands.def"
#undef DTN_CMD
    DTN_N_COMMAND
} dtn_command;

/* One bit for each command; sets of them. */
enum {
#define DTN_CMD(id, name, arguments, min, max, summary, text, examples) \
    DTN_C_##id = 1 << DTN_CMD_##id,
#include "cli/commands.def"
#undef DTN_CMD
    DTN_C_RUNS = DTN_C_SIMULATE | DTN_C_ENSEMBLE | DTN_C_COMPARE,
    DTN_C_ALL = (1 << DTN_N_COMMAND) - 1
};

typedef struct dtn_command_info {
    const char *name, *arguments;
    int min, max;
    const char *summary, *text, *examples;
} dtn_command_info;
extern const dtn_command_info dtn_command_table[DTN_N_COMMAND];

typedef enum dtn_opt_kind {
    DTN_OPT_FLAG,
    DTN_OPT_TEXT,
    DTN_OPT_LIST,
    DTN_OPT_COUNT,
    DTN_OPT_NUMBER,
    DTN_OPT_CHOICE
} dtn_opt_kind;

typedef struct dtn_opt_info {
    dtn_opt_kind kind;
    size_t offset; /* of the field in dtn_options */
    char letter;   /* 0: none */
    const char *name, *value, *choices, *def;
    unsigned commands;
    const char *text;
} dtn_opt_info;
extern const dtn_opt_info dtn_opt_table[];
extern const size_t dtn_n_opt;

typedef struct dtn_list {
    const char **items; /* heap array of borrowed texts */
    size_t n;
} dtn_list;

/* Positions in the choices of options.def. */
enum { DTN_FORMAT_CSV, DTN_FORMAT_TSV, DTN_FORMAT_JSON, DTN_FORMAT_JSONL, DTN_FORMAT_NC };
enum { DTN_TEXT_FORMAT_TEXT, DTN_TEXT_FORMAT_JSON };
enum { DTN_CLI_BACKEND_JIT, DTN_CLI_BACKEND_INTERP }; /* -1: chosen by size */
enum {
    DTN_CLI_ISA_SSE2,
    DTN_CLI_ISA_AVX,
    DTN_CLI_ISA_AVX2,
    DTN_CLI_ISA_AVX512
}; /* -1: the widest */
enum { DTN_UNITS_WARN, DTN_UNITS_STRICT };
enum { DTN_PROGRESS_AUTO, DTN_PROGRESS_JSON, DTN_PROGRESS_NONE };
enum { DTN_COLOR_AUTO, DTN_COLOR_ALWAYS, DTN_COLOR_NEVER };

#define DTN_MAX_JOBS 4096       /* threads: more than any machine has */
#define DTN_MAX_BLOCK (1 << 20) /* lanes: far beyond every cache */
#define DTN_ANY_ARGS 1000000    /* as many arguments as there are */

typedef struct dtn_options {
    dtn_command command;
    const char **args; /* heap array of borrowed texts */
    int n_arg;
    dtn_list sets, save, vary, data;
    uint64_t seed, runs, run, replications, jobs, block;
    const char *policy, *reference, *decide_on, *view, *documents, *design, *out;
    const char *case_path, *ledger, *export_table, *views_file, *report;
    double dt, stop, least;
    int backend, isa, method, units, format, text_format, progress, color;
    int quiet, verbose, help, version, only_static, validate, resume;
    uint64_t given; /* bit i: entry i of the table was on the command line */
} dtn_options;

/** Parse a command line. Returns 0, or 2 after writing what is wrong to `err`. With --help or
 *  --version nothing else is demanded; command is DTN_N_COMMAND where none was named. */
int dtn_options_parse(int argc, char **argv, dtn_options *out, FILE *err);
void dtn_options_free(dtn_options *options);

/** Was an option (long name) on the command line? */
int dtn_options_given(const dtn_options *options, const char *name);

/** Help of one command, or of the program (DTN_N_COMMAND). */
void dtn_options_print_help(dtn_command command, FILE *out);

/* Exit status of the program. */
#define DTN_EXIT_OK 0
#define DTN_EXIT_RUN 1
#define DTN_EXIT_USAGE 2
#define DTN_EXIT_INPUT 3
#define DTN_EXIT_IO 4
#define DTN_EXIT_CHECK 5
#define DTN_EXIT_INTERRUPTED 130
#define DTN_EXIT_PIPE 141 /* ended by SIGPIPE: the reader of standard output left */

#endif
