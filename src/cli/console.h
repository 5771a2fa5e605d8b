/** The terminal: messages, diagnostics, progress, interrupts. */
#ifndef DTN_CLI_CONSOLE_H
#define DTN_CLI_CONSOLE_H

#include "cli/options.h"
#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct dtn_console {
    const dtn_options *options;
    bool color_out, color_err; /* each stream by itself: one may be a file */
    bool bar;                  /* progress as a bar on standard error */
    bool bar_is_shown;
    const char *unit;          /* what progress counts: "runs" */
    double started_s, shown_s; /* wall clock */
    bool told_long;            /* that it takes long, where no bar shows it */
    bool may_leave;            /* whoever reads standard output may stop early: `| head` */
} dtn_console;

void dtn_console_init(dtn_console *console, const dtn_options *options);

/** Standard streams that were closed become /dev/null or an error on writing, so that no file of
 *  ours gets their number; SIGPIPE and SIGXFSZ become failed writes; SIGINT and SIGTERM set a flag. Call first. Returns
 *  may_leave: standard output was open, and SIGPIPE not ignored by whoever started the program. */
bool dtn_console_prepare(void);
/** Has the reader of standard output gone, as it may? Then nothing is said: the program ends as SIGPIPE
 *  would have ended it. */
bool dtn_console_reader_left(const dtn_console *console);
/** Ends the process by SIGPIPE, as if it had never been held up. */
void dtn_console_end_by_pipe(void);
/** Has Ctrl-C been pressed? */
bool dtn_console_interrupted(void);

/** Columns of the terminal on standard output; 100 where it is none, so that a file's width does not
 *  depend on a terminal. */
size_t dtn_console_width(void);

/** One line on standard error, "detente: ...". */
void dtn_console_error(dtn_console *console, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** The same unless -q. */
void dtn_console_say(dtn_console *console, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** Diagnostics on standard error: errors always, warnings unless -q, notes with -v. */
void dtn_console_diags(dtn_console *console, const dtn_diags *diags);

/** Exit status for a library status. */
int dtn_console_exit(dtn_status status);

/** A dtn_progress_fn; ctx is the console; total 0: not known. Returns non-zero after Ctrl-C. */
int dtn_console_progress(void *ctx, uint64_t done, uint64_t total);
/** Rates count from now on. */
void dtn_console_progress_begin(dtn_console *console);
/** Take the bar away. Call before other output. */
void dtn_console_progress_end(dtn_console *console);

#endif
