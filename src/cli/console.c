/* The terminal: messages, diagnostics, progress, interrupts.
 *
 * Data goes to standard output, everything else to standard error. Colour follows NO_COLOR
 * (no-color.org), --color and whether the stream is a terminal. Progress is redrawn at most ten
 * times a second, so that it costs nothing next to the runs.
 */
#include "cli/console.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* The one mutable global of the program: a signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

#define IMPATIENT 5 /* Ctrl-C as often as this ends the program at once, tidy or not */

static void on_interrupt(int number)
{
    (void)number;
    if (++interrupted >= IMPATIENT)
        _exit(DTN_EXIT_INTERRUPTED);
}

bool dtn_console_interrupted(void) { return interrupted != 0; }

/* Nothing to read; nowhere to say; and for standard output what cannot be written to, so that every
 * write fails, as it should, as to a closed file. */
static void replace_closed(int fd)
{
    (void)!open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

bool dtn_console_prepare(void)
{
    bool is_closed = false;
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            replace_closed(fd);
            is_closed |= fd == STDOUT_FILENO;
        }
    struct sigaction action = {.sa_handler = SIG_IGN}, before = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGPIPE, &action, &before);
    (void)sigaction(SIGXFSZ, &action,
                    NULL); /* a write beyond `ulimit -f` fails, as on a full disk */
    action.sa_handler = on_interrupt;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    return !is_closed && before.sa_handler != SIG_IGN;
}

bool dtn_console_reader_left(const dtn_console *console)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return console->may_leave && poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

void dtn_console_end_by_pipe(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)raise(SIGPIPE);
}

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool use_color(const dtn_options *options, int fd)
{
    if (options->color == DTN_COLOR_ALWAYS || options->color == DTN_COLOR_NEVER)
        return options->color == DTN_COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if ((no_color != NULL && *no_color != '\0') || term == NULL || strcmp(term, "dumb") == 0)
        return false;
    return isatty(fd) != 0;
}

void dtn_console_init(dtn_console *console, const dtn_options *options)
{
    memset(console, 0, sizeof *console);
    console->options = options;
    console->color_out = use_color(options, STDOUT_FILENO);
    console->color_err = use_color(options, STDERR_FILENO);
    console->bar =
        options->progress == DTN_PROGRESS_AUTO && !options->quiet && isatty(STDERR_FILENO) != 0;
    console->unit = "runs";
    console->started_s = now_s();
}

/* ---- Messages ------------------------------------------------------------ */

static const char *paint(const dtn_console *console, const char *sequence)
{
    return console->color_err ? sequence : "";
}

void dtn_console_error(dtn_console *console, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    dtn_console_progress_end(console);
    (void)fprintf(stderr, "%sdetente:%s ", paint(console, "\033[1;31m"), paint(console, "\033[0m"));
    (void)vfprintf(stderr, fmt, args);
    (void)fputc('\n', stderr);
    va_end(args);
}

void dtn_console_say(dtn_console *console, const char *fmt, ...)
{
    if (console->options->quiet)
        return;
    va_list args;
    va_start(args, fmt);
    dtn_console_progress_end(console);
    (void)fputs("detente: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    (void)fputc('\n', stderr);
    va_end(args);
}

static void print_diag(const dtn_console *console, const dtn_diag *diag)
{
    static const char *const words[] = {"note", "warning", "error"};
    static const char *const colors[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};
    const char *end = paint(console, "\033[0m");
    if (diag->file != NULL) {
        (void)fprintf(stderr, "%s%s:", paint(console, "\033[1m"), diag->file);
        if (diag->line > 0)
            (void)fprintf(stderr, "%u:", diag->line);
        if (diag->line > 0 && diag->col > 0)
            (void)fprintf(stderr, "%u:", diag->col);
        (void)fprintf(stderr, "%s ", end);
    }
    (void)fprintf(stderr, "%s%s:%s %s [%c%03d]\n", paint(console, colors[diag->severity]),
                  words[diag->severity], end, diag->message != NULL ? diag->message : "",
                  "NWE"[diag->severity], diag -> code);
    if (diag->hint != NULL && *diag->hint != '\0')
        (void)fprintf(stderr, "  hint: %s\n", diag->hint);
}

void dtn_console_diags(dtn_console *console, const dtn_diags *diags)
{
    dtn_console_progress_end(console);
    dtn_severity least = console->options->quiet     ? DTN_ERROR
                         : console->options->verbose ? DTN_NOTE
                                                     : DTN_WARNING;
    for (size_t i = 0; i < diags->n; i++)
        if (diags->items[i].severity >= least)
            print_diag(console, &diags->items[i]);
    size_t n_kept = 0;
    for (size_t i = 0; i < diags->n; i++)
        n_kept += diags->items[i].severity != DTN_NOTE;
    if (diags->n_error + diags->n_warning > n_kept)
        (void)fprintf(stderr, "detente: and %zu more errors and warnings\n",
                      diags->n_error + diags->n_warning - n_kept);
}

int dtn_console_exit(dtn_status status)
{
    switch (status) {
    case DTN_OK: return DTN_EXIT_OK;
    case DTN_E_IO: return DTN_EXIT_IO;
    case DTN_E_INPUT:
    case DTN_E_EMPTY: return DTN_EXIT_INPUT;
    case DTN_E_RANGE:
    case DTN_E_NOT_FOUND: return DTN_EXIT_USAGE;
    case DTN_E_CHECK: return DTN_EXIT_CHECK;
    case DTN_E_INTERRUPTED: return DTN_EXIT_INTERRUPTED;
    case DTN_E_MEMORY:
    case DTN_E_RUN: break;
    }
    return DTN_EXIT_RUN;
}

/* ---- Progress -------------------------------------------------------------- */

/* Of a stream nobody knows the end: a count and a rate. */
static void draw_count(uint64_t done, double rate, const char *unit)
{
    (void)fprintf(stderr, "\r%llu %s  %.0f %s/s \033[K", (unsigned long long)done, unit, rate,
                  unit);
    (void)fflush(stderr);
}

static void draw_bar(double share, double rate, const char *unit, double left_s)
{
    enum { WIDTH = 30 };
    char bar[WIDTH + 1];
    int n = (int)(share * WIDTH);
    memset(bar, '.', WIDTH);
    memset(bar, '#', (size_t)(n > WIDTH ? WIDTH : n));
    bar[WIDTH] = '\0';
    (void)fprintf(stderr, "\r[%s] %3.0f %%  %.0f %s/s  %.0f s left \033[K", bar, 100 * share, rate,
                  unit, ceil(left_s));
    (void)fflush(stderr);
}

enum { LOOK_S = 1, LONG_S = 600 }; /* of the first seconds, what is left */

/* Where nobody sees a bar, hours are told once, early: two thousand million runs are easily asked for. */
static void tell_long(dtn_console *console, uint64_t done, uint64_t total, double now)
{
    const double spent = now - console->started_s;
    if (console->told_long || console->options->quiet || spent < LOOK_S || done == 0 ||
        console->options->progress == DTN_PROGRESS_NONE)
        return;
    const double left = (double)(total - done) * spent / (double)done;
    console->told_long = true;
    if (left >= LONG_S)
        dtn_console_say(console, "%llu %s take about %.*f %s at this speed; Ctrl-C stops them",
                        (unsigned long long)total, console->unit, left < 36000 ? 1 : 0,
                        left < 7200 ? left / 60 : left / 3600, left < 7200 ? "minutes" : "hours");
}

int dtn_console_progress(void *ctx, uint64_t done, uint64_t total)
{
    dtn_console *console = ctx;
    double now = now_s();
    bool is_json = console->options->progress == DTN_PROGRESS_JSON;
    if ((console->bar || is_json) && (now - console->shown_s >= 0.1 || done == total)) {
        console->shown_s = now;
        double spent = now - console->started_s;
        double rate = spent > 0 ? (double)done / spent : 0;
        double left = rate > 0 && total > done ? (double)(total - done) / rate : 0;
        if (is_json && total == 0) {
            (void)fprintf(stderr, "{\"done\":%llu,\"total\":null,\"%s_per_s\":%.1f}\n",
                          (unsigned long long)done, console->unit, rate);
        } else if (is_json) {
            (void)fprintf(
                stderr, "{\"done\":%llu,\"total\":%llu,\"%s_per_s\":%.1f,\"left_s\":%.1f}\n",
                (unsigned long long)done, (unsigned long long)total, console->unit, rate, left);
        } else {
            if (total == 0)
                draw_count(done, rate, console->unit);
            else
                draw_bar((double)done / (double)total, rate, console->unit, left);
            console->bar_is_shown = true;
        }
    }
    if (!console->bar && !is_json && total > done)
        tell_long(console, done, total, now);
    return interrupted != 0;
}

void dtn_console_progress_begin(dtn_console *console) { console->started_s = now_s(); }

void dtn_console_progress_end(dtn_console *console)
{
    if (console->bar_is_shown)
        (void)fputs("\r\033[K", stderr);
    console->bar_is_shown = false;
}

size_t dtn_console_width(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 100;
}
