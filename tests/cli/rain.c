/* rain.c: a simulation model as a program of its own, written by `detente convert`.
 *
 *   cc -O3 -ffp-contract=off -o model rain.c -lm
 *   ./model > table.csv        ./model --help
 *
 * It needs libc and libm only and prints the table that `detente simulate` prints. start()
 * holds the initial values, step() the equations, in the order in which they are computed.
 * Time goes from 0.0 in 3 steps of 1.0 Month; Euler integration.
 * -ffp-contract=off keeps compilers from fusing a * b + c into one rounding, which would
 * change the last digits; GCC knows no pragma for it.
 */
#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if !defined(__GNUC__) || defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

#define PROGRAM_NAME "rain.c"
#define START_TIME 0.0
#define TIME_STEP 1.0
enum { N_STEP = 3, SAVE_EVERY = 1, N_COLUMN = 9 };

/* ---- Functions -------------------------------------------------------------------- */

typedef struct table {
    uint32_t n;
    const double *x, *y; /* x not decreasing */
} table;

#define VENSIM_NA (-0x1p109) /* the value of :NA: */

/** How DATA reads a series between its points (ins.aux); outside it is held. */
typedef enum data_mode {
    DATA_INTERPOLATE,
    DATA_FORWARD,    /* the next point */
    DATA_BACKWARD,   /* the point before */
    DATA_RAW,        /* :NA: between points and outside */
    DATA_INSIDE = 16 /* with one of the others: :NA: outside */
} data_mode;

static double slack(double x) { return 1e-9 * (1 + fabs(x)); }

static double data_at(const table *t, double x, uint32_t mode)
{
    uint32_t low = 0, high = t->n;
    if (t->n == 0)
        return VENSIM_NA;
    if (isnan(x))
        return NAN;
    double reach = x + slack(x);
    while (low < high) { /* first point past the time */
        uint32_t mid = low + (high - low) / 2;
        if (t->x[mid] <= reach)
            low = mid + 1;
        else
            high = mid;
    }
    if (low > 0 && x - t->x[low - 1] <= slack(x))
        return t->y[low - 1];
    if (mode == DATA_RAW || ((mode & DATA_INSIDE) && (low == 0 || low == t->n)))
        return VENSIM_NA;
    if (low == 0 || low == t->n)
        return t->y[low ? low - 1 : 0];
    switch (mode & ~DATA_INSIDE) {
    case DATA_FORWARD: return t->y[low];
    case DATA_BACKWARD: return t->y[low - 1];
    default: break;
    }
    double width = t->x[low] - t->x[low - 1];
    return t->y[low - 1] + (x - t->x[low - 1]) * (t->y[low] - t->y[low - 1]) / width;
}

/* ---- The model ------------------------------------------------------------------------ */

static const double rain_table_x[2] = {0, 2};
static const double rain_table_y[2] = {1, 3};
static const double rain_table_y_2[2] = {10, 30};
static const table rain_table[2] = {{2, rain_table_x, rain_table_y}, {2, rain_table_x,
        rain_table_y_2}};

/** What a run is given. */
typedef struct parameters {
    double initial_time; /* INITIAL TIME, Month */
    double final_time; /* FINAL TIME, Month */
    double time_step; /* TIME STEP, Month */
} parameters;

static const parameters model_parameters = {
    .initial_time = 0.0,
    .final_time = 3.0,
    .time_step = 1.0,
};

/** What a run remembers from step to step. */
typedef struct model {
    double level; /* level, mm */
    double saveper; /* SAVEPER, Month */
} model;

static const char *const column_names[N_COLUMN] = {
    "time",
    "rain[north]",
    "rain[south]",
    "level",
    "sum rain",
    "INITIAL TIME",
    "FINAL TIME",
    "TIME STEP",
    "SAVEPER",
};

/** What -p can set. */
static const struct {
    const char *name;
    size_t offset;
} parameter_names[] = {
    {NULL, 0},
};

/* ---- The table ---------------------------------------------------------------------- */

/** In the fewest digits that read back the same; nothing where it is not a number. */
static void write_number(FILE *out, double value)
{
    char text[40];
    if (isnan(value))
        return;
    if (fabs(value) < 1e15 && value == trunc(value)) {
        fprintf(out, "%.0f", value == 0 ? 0.0 : value);
        return;
    }
    for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    char *e = strchr(text, 'e');
    if (e != NULL && isdigit((unsigned char)text[strlen(text) - 1])) /* 1e+07 as 1e7 */
        sprintf(e, "e%d", atoi(e + 1));
    fputs(text, out);
}

/** A field of the header, in quotes where it needs them. */
static void write_name(FILE *out, const char *name)
{
    const size_t n = strlen(name);
    if (n > 0 && name[0] != ' ' && name[n - 1] != ' ' && name[strcspn(name, "\",\n\r")] == '\0') {
        fputs(name, out);
        return;
    }
    putc('"', out);
    for (; *name != '\0'; name++)
        fputs(*name == '"' ? "\"\"" : (const char[]){*name, '\0'}, out);
    putc('"', out);
}

static void write_header(FILE *out)
{
    for (size_t i = 0; i < N_COLUMN; i++) {
        if (i > 0)
            putc(',', out);
        write_name(out, column_names[i]);
    }
    putc('\n', out);
}

/** Returns whether all values are finite. */
static bool write_row(FILE *out, const double row[])
{
    bool is_finite = true;
    for (size_t i = 0; i < N_COLUMN; i++) {
        if (i > 0)
            putc(',', out);
        write_number(out, row[i]);
        is_finite = is_finite && isfinite(row[i]);
    }
    putc('\n', out);
    return is_finite;
}

/* ---- A run ---------------------------------------------------------------------------- */

/** Constants and initial values. */
static inline void start(model *m, const parameters *p, uint64_t seed, uint64_t number)
{
    *m = (model){0};
    m->level = 0.0;
    m->saveper = p->time_step;
}

/** Step n: equations, the row of the table if it is asked for, the state after it. */
static inline void step(model *m, const parameters *p, uint32_t n, double *row)
{
    const double time = START_TIME + n * TIME_STEP;
    double rain[2];
    for (uint32_t i = 0; i < 2; i++) {
        rain[i] = data_at(&rain_table[i], time, DATA_INTERPOLATE);
    }
    double total = 0.0;
    for (uint32_t i = 0; i < 2; i++) {
        total += rain[i];
    }
    const double sum_rain = total;
    const double d_level = sum_rain;
    if (row != NULL) {
        row[0] = time;
        memcpy(&row[1], rain, 2 * sizeof(double));
        row[3] = m->level;
        row[4] = sum_rain;
        row[5] = p->initial_time;
        row[6] = p->final_time;
        row[7] = p->time_step;
        row[8] = m->saveper;
    }
    m->level += TIME_STEP * d_level;
}

/** One run. With `out` a row is written at each save point, without it only the last row is
 *  made. Returns whether all that was written is finite. */
static bool run(const parameters *given, uint64_t seed, uint64_t number, double *row,
                FILE *out)
{
    const parameters p = *given;
    model m;
    bool is_finite = true;
    start(&m, &p, seed, number);
    for (uint32_t n = 0; n <= N_STEP; n++) {
        const bool has_row = out != NULL ? n % SAVE_EVERY == 0 : n == N_STEP;
        step(&m, &p, n, has_row ? row : NULL);
        if (has_row && out != NULL)
            is_finite = write_row(out, row) && is_finite;
    }
    return is_finite;
}

/* ---- The command line ------------------------------------------------------------------ */

static const char usage[] =
    "usage: " PROGRAM_NAME " [-p NAME=VALUE]... [--seed N] [--run K] [--bench N]\n"
    "  -p, --set NAME=VALUE  give a parameter a value; NAME or NAME[ELEMENT,...]\n"
    "  --seed N              seed of the random numbers (1)\n"
    "  --run K               which run of the ensemble, from 0 (0)\n"
    "  --bench N             N runs without a table; prints microseconds a run\n";

static int fail(const char *what, const char *about)
{
    fprintf(stderr, PROGRAM_NAME ": %s: %s\n", what, about);
    return 2;
}

/** The next character of a name as it is compared: no quotes, capitals as small letters, any gap
 *  of blanks and underscores as one of them, none around brackets and commas. */
static int next_letter(const char **name)
{
    bool is_gap = false;
    while (**name == ' ' || **name == '_' || **name == '\t' || **name == '"') {
        is_gap = is_gap || **name != '"';
        ++*name;
    }
    if (is_gap && strchr("[],", **name) == NULL)
        return '_';
    const int c = (unsigned char)*(*name)++;
    if (c == '[' || c == ',')
        while (**name == ' ' || **name == '_')
            ++*name;
    return c == '\0' ? (--*name, '\0') : tolower(c);
}

/** Whether `name` stands for the parameter `own`: itself, or all elements of an array. */
static bool is_same_name(const char *name, const char *own)
{
    while (*name == ' ' || *name == '_')
        name++;
    for (;;) {
        const int a = next_letter(&name), b = next_letter(&own);
        if (a == '\0')
            return b == '\0' || b == '[';
        if (a != b)
            return false;
    }
}

static int set_parameter(parameters *p, const char *text)
{
    char name[1024], *end;
    const char *equals = strrchr(text, '=');
    bool is_known = false;
    if (equals == NULL || equals == text || (size_t)(equals - text) >= sizeof name)
        return fail(text, "is not NAME=VALUE");
    memcpy(name, text, (size_t)(equals - text));
    name[equals - text] = '\0';
    const double value = strtod(equals + 1, &end);
    if (end == equals + 1 || *end != '\0' || !isfinite(value))
        return fail(equals + 1, "is not a number");
    for (size_t i = 0; parameter_names[i].name != NULL; i++)
        if (is_same_name(name, parameter_names[i].name)) {
            *(double *)((char *)p + parameter_names[i].offset) = value;
            is_known = true;
        }
    return is_known ? 0 : fail(name, "is not a parameter of the model");
}

static int to_count(const char *text, uint64_t *out)
{
    char *end;
    *out = strtoull(text, &end, 10);
    return end == text || *end != '\0' || *text == '-' ? fail(text, "is not a count") : 0;
}

/** Runs 0 to n - 1; the sum of their last rows keeps the compiler from leaving them out. */
static int bench(const parameters *p, uint64_t seed, uint64_t n, double row[])
{
    struct timespec from, to;
    double sum = 0;
    timespec_get(&from, TIME_UTC);
    for (uint64_t k = 0; k < n; k++) {
        run(p, seed, k, row, NULL);
        for (size_t i = 0; i < N_COLUMN; i++)
            sum += row[i];
    }
    timespec_get(&to, TIME_UTC);
    const double s = difftime(to.tv_sec, from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    printf("%.6g us a run (%u steps, %" PRIu64 " runs, sum %.15g)\n", 1e6 * s / (double)n, N_STEP,
           n, sum);
    return 0;
}

int main(int argc, char **argv)
{
    static double row[N_COLUMN];
    parameters p = model_parameters;
    uint64_t seed = 1, number = 0, n_bench = 0;
    int status = 0;
    for (int i = 1; i < argc && status == 0; i += 2) {
        const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
            return fputs(usage, stdout) == EOF;
        if (value == NULL)
            return fail(option, "is not an option, or lacks its value; see --help");
        if (strcmp(option, "-p") == 0 || strcmp(option, "--set") == 0)
            status = set_parameter(&p, value);
        else if (strcmp(option, "--seed") == 0)
            status = to_count(value, &seed);
        else if (strcmp(option, "--run") == 0)
            status = to_count(value, &number);
        else if (strcmp(option, "--bench") == 0)
            status = to_count(value, &n_bench);
        else
            status = fail(option, "is not an option; see --help");
    }
    if (status != 0)
        return status;
    if (n_bench > 0)
        return bench(&p, seed, n_bench, row);
    write_header(stdout);
    const bool is_finite = run(&p, seed, number, row, stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        return fail("standard output", "cannot be written") + 2;
    return is_finite ? 0 : 1;
}
