/* Commands and options: parsing and help, both from the tables commands.def and options.def.
 *
 * Conventions of GNU: --name VALUE and --name=VALUE, -x VALUE and -xVALUE, options and arguments
 * in any order, `--` ends the options. Long names are not abbreviated: a script written today
 * must not become ambiguous when an option is added.
 *
 * What the project has announced but does not do yet is known by name here, so that asking for it
 * gets a straight answer; it is not listed in the help.
 */
#include "cli/options.h"

#include "base/nearest.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const dtn_command_info dtn_command_table[DTN_N_COMMAND] = {
#define DTN_CMD(id, name, arguments, min, max, summary, text, examples) \
    {name, arguments, min, max, summary, text, examples},
#include "cli/commands.def"
#undef DTN_CMD
};

const dtn_opt_info dtn_opt_table[] = {
#define DTN_OPT(kind, field, letter, name, value, choices, def, commands, text) \
    {DTN_OPT_##kind,                                                            \
     offsetof(dtn_options, field),                                              \
     letter,                                                                    \
     name,                                                                      \
     value,                                                                     \
     choices,                                                                   \
     def,                                                                       \
     commands,                                                                  \
     text},
#include "cli/options.def"
#undef DTN_OPT
};
const size_t dtn_n_opt = sizeof dtn_opt_table / sizeof *dtn_opt_table;
_Static_assert(sizeof dtn_opt_table / sizeof *dtn_opt_table <= 64, "dtn_options.given is 64 bits");

static const char *const later_commands[] = {"observe",     "fit",      "forecast", "score",
                                             "sensitivity", "discover", "optimise", "game",
                                             "serve",       "report"};
static const char *const later_options[] = {"force"};
#define N_LATER(list) (sizeof(list) / sizeof *(list))

static int is_listed(const char *const list[], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return 1;
    return 0;
}

static void *field_of(dtn_options *options, const dtn_opt_info *opt)
{
    return (char *)options + opt->offset;
}

static unsigned mask_of(dtn_command command)
{
    return command == DTN_N_COMMAND ? DTN_C_ALL : 1u << command;
}

/* Without a command yet, options of any command are accepted: `detente --seed 2 simulate m`. */
static const dtn_opt_info *find_long(dtn_command command, const char *name)
{
    for (size_t i = 0; i < dtn_n_opt; i++)
        if (strcmp(dtn_opt_table[i].name, name) == 0 &&
            (dtn_opt_table[i].commands & mask_of(command)) != 0)
            return &dtn_opt_table[i];
    return NULL;
}

static const dtn_opt_info *find_short(dtn_command command, char letter)
{
    for (size_t i = 0; i < dtn_n_opt; i++)
        if (dtn_opt_table[i].letter == letter &&
            (dtn_opt_table[i].commands & mask_of(command)) != 0)
            return &dtn_opt_table[i];
    return NULL;
}

/* ---- Values ------------------------------------------------------------ */

static int push(dtn_list *list, const char *text)
{
    const char **items = dtn_realloc((void *)list->items, (list->n + 1) * sizeof *items);
    if (items == NULL)
        return -1;
    list->items = items;
    items[list->n++] = text;
    return 0;
}

/* Commas separate, except inside brackets: `a[x,y],b` is two names. */
static int push_split(dtn_list *list, char *text)
{
    int depth = 0;
    char *first = text;
    for (char *p = text;; p++) {
        if (*p == '[' || *p == '"')
            depth = *p == '"' ? !depth : depth + 1;
        else if (*p == ']')
            depth--;
        if (*p != '\0' && (*p != ',' || depth > 0))
            continue;
        char end = *p;
        *p = '\0';
        if (*first != '\0' && push(list, first) != 0)
            return -1;
        if (end == '\0')
            return 0;
        first = p + 1;
    }
}

/* NULL, or what the text is not. */
static const char *parse_count(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    bool is_large = false;
    if (*text == '\0')
        return "a whole number of at least 0";
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return "a whole number of at least 0";
        is_large = is_large || value > (UINT64_MAX - 9) / 10;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    *out = value;
    return is_large ? "small enough: the largest number is 18446744073709551609" : NULL;
}

/* Position of `text` among words between '|'; -1: none, -2: announced but not there yet. */
static int parse_choice(const char *choices, const char *text)
{
    int i = 0, is_later = 0;
    size_t n = strlen(text);
    for (const char *word = choices; n > 0;) {
        size_t length = strcspn(word, "|");
        if (length == n && strncmp(word, text, n) == 0)
            return is_later ? -2 : i;
        if (word[length] == '\0')
            return -1;
        word += length + 1;
        if (*word == '|') {
            is_later = 1;
            word++;
        }
        i++;
    }
    return -1;
}

static int bad_value(const dtn_opt_info *opt, const char *text, const char *wanted, FILE *err)
{
    (void)fprintf(err, "detente: --%s: '%s' is not %s\n", opt->name, text, wanted);
    return DTN_EXIT_USAGE;
}

static int set_choice(dtn_options *options, const dtn_opt_info *opt, const char *text, FILE *err)
{
    int i = parse_choice(opt->choices, text);
    if (i >= 0) {
        *(int *)field_of(options, opt) = i;
        return 0;
    }
    if (i == -2) {
        (void)fprintf(err, "detente: --%s %s does not work yet\n", opt->name, text);
        return DTN_EXIT_USAGE;
    }
    const char *end = strstr(opt->choices, "||");
    int n = end == NULL ? (int)strlen(opt->choices) : (int)(end - opt->choices);
    (void)fprintf(err, "detente: --%s: '%s' is not one of %.*s\n", opt->name, text, n,
                  opt->choices);
    return DTN_EXIT_USAGE;
}

/* `text` stays the command line's, or the table's, storage. Only lists that split write to it, and
 * they have no default. */
static int set_value(dtn_options *options, const dtn_opt_info *opt, char *text, FILE *err)
{
    void *field = field_of(options, opt);
    switch (opt->kind) {
    case DTN_OPT_FLAG: *(int *)field = 1; return 0;
    case DTN_OPT_TEXT: *(const char **)field = text; return 0;
    case DTN_OPT_CHOICE: return set_choice(options, opt, text, err);
    case DTN_OPT_COUNT: {
        const char *wanted = parse_count(text, field);
        return wanted ? bad_value(opt, text, wanted, err) : 0;
    }
    case DTN_OPT_NUMBER: {
        double value = 0;
        if (!dtn_text_to_double(text, strlen(text), &value) || !isfinite(value))
            return bad_value(opt, text, "a number", err);
        *(double *)field = value;
        return 0;
    }
    case DTN_OPT_LIST:
        if (strcmp(opt->name, "save") == 0 ? push_split(field, text) : push(field, text)) {
            (void)fputs("detente: out of memory\n", err);
            return DTN_EXIT_RUN;
        }
        return 0;
    }
    return 0;
}

static void set_defaults(dtn_options *options, unsigned commands)
{
    for (size_t i = 0; i < dtn_n_opt; i++) {
        const dtn_opt_info *opt = &dtn_opt_table[i];
        if ((opt->commands & commands) == 0 || (options->given >> i & 1) != 0)
            continue;
        if (opt->kind == DTN_OPT_NUMBER)
            *(double *)field_of(options, opt) = NAN;
        else if (opt->kind == DTN_OPT_CHOICE)
            *(int *)field_of(options, opt) = parse_choice(opt->choices, opt->def);
        else if (opt->kind == DTN_OPT_TEXT)
            *(const char **)field_of(options, opt) = *opt->def != '\0' ? opt->def : NULL;
        else if (opt->kind == DTN_OPT_COUNT)
            (void)parse_count(opt->def, field_of(options, opt));
    }
}

/* ---- The command line ---------------------------------------------------- */

static int try_help(dtn_command command, FILE *err)
{
    if (command == DTN_N_COMMAND)
        (void)fputs("Try 'detente --help'.\n", err);
    else
        (void)fprintf(err, "Try 'detente %s --help'.\n", dtn_command_table[command].name);
    return DTN_EXIT_USAGE;
}

static int unknown_option(dtn_command command, const char *name, FILE *err)
{
    if (is_listed(later_options, N_LATER(later_options), name)) {
        (void)fprintf(err, "detente: option '--%s' does not work yet\n", name);
        return try_help(command, err);
    }
    if (command != DTN_N_COMMAND && find_long(DTN_N_COMMAND, name) != NULL) {
        (void)fprintf(err, "detente: option '--%s' does not belong to '%s'\n", name,
                      dtn_command_table[command].name);
        return try_help(command, err);
    }
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, name);
    for (size_t i = 0; i < dtn_n_opt; i++)
        if ((dtn_opt_table[i].commands & mask_of(command)) != 0)
            dtn_nearest_add(&nearest, dtn_opt_table[i].name);
    (void)fprintf(err, "detente: unknown option '--%s'", name);
    if (nearest.best != NULL)
        (void)fprintf(err, "; did you mean '--%s'?", nearest.best);
    (void)fputc('\n', err);
    return try_help(command, err);
}

static int unknown_command(const char *name, FILE *err)
{
    if (is_listed(later_commands, N_LATER(later_commands), name)) {
        (void)fprintf(err, "detente: command '%s' does not work yet\n", name);
        return try_help(DTN_N_COMMAND, err);
    }
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, name);
    for (int i = 0; i < DTN_N_COMMAND; i++)
        dtn_nearest_add(&nearest, dtn_command_table[i].name);
    (void)fprintf(err, "detente: unknown command '%s'", name);
    if (nearest.best != NULL)
        (void)fprintf(err, "; did you mean '%s'?", nearest.best);
    (void)fputc('\n', err);
    return try_help(DTN_N_COMMAND, err);
}

static dtn_command find_command(const char *name)
{
    int i = 0;
    while (i < DTN_N_COMMAND && strcmp(dtn_command_table[i].name, name) != 0)
        i++;
    return (dtn_command)i;
}

/* The command is the first argument that is not an option. Found before options are parsed, so
 * that each option is looked up for its command; values of options in front of it are passed by. */
static dtn_command scan_command(int argc, char **argv, int *at)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            *at = i;
            return find_command(argv[i]);
        }
        if (strcmp(argv[i], "--") == 0)
            break;
        const dtn_opt_info *opt = argv[i][1] == '-' ? find_long(DTN_N_COMMAND, argv[i] + 2)
                                                    : find_short(DTN_N_COMMAND, argv[i][1]);
        if (opt != NULL && opt->kind != DTN_OPT_FLAG && (argv[i][1] == '-' || argv[i][2] == '\0'))
            i++;
    }
    *at = 0;
    return DTN_N_COMMAND;
}

typedef struct line {
    int argc, i;
    char **argv;
    dtn_options *options;
    FILE *err;
} line;

static int take_value(line *l, const dtn_opt_info *opt, char *attached)
{
    if (opt->kind == DTN_OPT_FLAG && attached != NULL) {
        (void)fprintf(l->err, "detente: option '--%s' takes no value\n", opt->name);
        return try_help(l->options->command, l->err);
    }
    if (opt->kind != DTN_OPT_FLAG && attached == NULL) {
        if (l->i + 1 >= l->argc) {
            (void)fprintf(l->err, "detente: option '--%s' needs a value (%s)\n", opt->name,
                          opt->value);
            return try_help(l->options->command, l->err);
        }
        attached = l->argv[++l->i];
    }
    l->options->given |= UINT64_C(1) << (opt - dtn_opt_table);
    return set_value(l->options, opt, attached, l->err);
}

static int parse_long(line *l, char *arg)
{
    char *equals = strchr(arg, '=');
    if (equals != NULL)
        *equals = '\0';
    const dtn_opt_info *opt = find_long(l->options->command, arg + 2);
    if (opt == NULL)
        return unknown_option(l->options->command, arg + 2, l->err);
    return take_value(l, opt, equals != NULL ? equals + 1 : NULL);
}

static int parse_short(line *l, char *arg)
{
    for (char *p = arg + 1; *p != '\0'; p++) {
        const dtn_opt_info *opt = find_short(l->options->command, *p);
        if (opt == NULL) {
            (void)fprintf(l->err, "detente: unknown option '-%c'\n", *p);
            return try_help(l->options->command, l->err);
        }
        if (opt->kind != DTN_OPT_FLAG)
            return take_value(l, opt, p[1] != '\0' ? p + 1 : NULL);
        int rc = take_value(l, opt, NULL);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int check_arguments(const dtn_options *options, FILE *err)
{
    const dtn_command_info *info = &dtn_command_table[options->command];
    if (options->n_arg >= info->min && options->n_arg <= info->max)
        return 0;
    if (options->n_arg < info->min)
        (void)fprintf(err, "detente: '%s' needs %s\n", info->name, info->arguments);
    else
        (void)fprintf(err, "detente: '%s' takes %s; '%s' is too many\n", info->name,
                      info->arguments, options->args[info->max]);
    return try_help(options->command, err);
}

/* Numbers that cannot be meant; the limits keep later arithmetic in 32 bits. */
static int check_numbers(const dtn_options *options, FILE *err)
{
    const char *what = NULL;
    if (options->runs == 0 && dtn_options_given(options, "runs"))
        what = "--runs must be at least 1";
    else if (options->replications == 0 && dtn_options_given(options, "replications"))
        what = "--replications must be at least 1";
    else if (options->jobs > DTN_MAX_JOBS)
        what = "--jobs is too large";
    else if (options->block > DTN_MAX_BLOCK)
        what = "--block is too large";
    else if (dtn_options_given(options, "least") && !(options->least >= 0 && options->least <= 1))
        what = "--least must be between 0 and 1";
    else if (options->dt <= 0 && dtn_options_given(options, "dt"))
        what = "--dt must be more than 0";
    if (what == NULL)
        return 0;
    (void)fprintf(err, "detente: %s\n", what);
    return try_help(options->command, err);
}

int dtn_options_parse(int argc, char **argv, dtn_options *out, FILE *err)
{
    memset(out, 0, sizeof *out);
    int at = 0, only_arguments = 0, rc = 0;
    out->command = scan_command(argc, argv, &at);
    if (at != 0 && out->command == DTN_N_COMMAND)
        return unknown_command(argv[at], err);
    out->args = dtn_alloc((size_t)argc * sizeof *out->args);
    if (out->args == NULL) {
        (void)fputs("detente: out of memory\n", err);
        return DTN_EXIT_RUN;
    }
    line l = {argc, 1, argv, out, err};
    for (; l.i < argc; l.i++) {
        char *arg = argv[l.i];
        if (l.i == at)
            continue;
        if (only_arguments || arg[0] != '-' || arg[1] == '\0') {
            out->args[out->n_arg++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            only_arguments = 1;
        } else {
            rc = arg[1] == '-' ? parse_long(&l, arg) : parse_short(&l, arg);
            if (rc != 0)
                return rc;
        }
    }
    set_defaults(out, out->command == DTN_N_COMMAND ? 0 : mask_of(out->command));
    if (out->help || out->version)
        return 0;
    if (out->command == DTN_N_COMMAND) {
        (void)fputs("detente: a command is missing\n", err);
        return try_help(DTN_N_COMMAND, err);
    }
    rc = check_numbers(out, err);
    return rc != 0 ? rc : check_arguments(out, err);
}

void dtn_options_free(dtn_options *options)
{
    dtn_free((void *)options->args);
    dtn_free((void *)options->sets.items);
    dtn_free((void *)options->save.items);
    dtn_free((void *)options->data.items);
    dtn_free((void *)options->vary.items);
}

int dtn_options_given(const dtn_options *options, const char *name)
{
    for (size_t i = 0; i < dtn_n_opt; i++)
        if ((options->given >> i & 1) != 0 && strcmp(dtn_opt_table[i].name, name) == 0)
            return 1;
    return 0;
}

/* ---- Help ---------------------------------------------------------------- */

static void print_indented(const char *text, FILE *out)
{
    while (*text != '\0') {
        int n = (int)strcspn(text, "\n");
        (void)fprintf(out, "  %.*s\n", n, text);
        text += n + (text[n] == '\n');
    }
}

static void print_option(const dtn_opt_info *opt, FILE *out)
{
    char head[64];
    const char *value = opt->value;
    char choices[48];
    if (opt->kind == DTN_OPT_CHOICE) {
        const char *end = strstr(opt->choices, "||");
        int n = end == NULL ? (int)strlen(opt->choices) : (int)(end - opt->choices);
        (void)snprintf(choices, sizeof choices, "%.*s", n, opt->choices);
        value = choices;
    }
    char letter[5] = "    ";
    if (opt->letter != 0)
        (void)snprintf(letter, sizeof letter, "-%c, ", opt->letter);
    (void)snprintf(head, sizeof head, "  %s--%s%s%s", letter, opt->name, *value != '\0' ? " " : "",
                   value);
    if (strlen(head) > 28)
        (void)fprintf(out, "%s\n%29s%s", head, "", opt->text);
    else
        (void)fprintf(out, "%-28s %s", head, opt->text);
    if (*opt->def != '\0' && strcmp(opt->def, "auto") != 0)
        (void)fprintf(out, " (%s)", opt->def);
    (void)fputc('\n', out);
}

static void print_options(unsigned commands, int general, FILE *out)
{
    for (size_t i = 0; i < dtn_n_opt; i++) {
        const dtn_opt_info *opt = &dtn_opt_table[i];
        if ((opt->commands & commands) != 0 && (opt->commands == DTN_C_ALL) == general)
            print_option(opt, out);
    }
}

static void print_command_help(dtn_command command, FILE *out)
{
    const dtn_command_info *info = &dtn_command_table[command];
    (void)fprintf(out, "detente %s: %s\n\nExamples:\n", info->name, info->summary);
    print_indented(info->examples, out);
    (void)fprintf(out, "\nUsage: detente %s [OPTION...] %s\n\n%s\nOptions:\n", info->name,
                  info->arguments, info->text);
    print_options(mask_of(command), 0, out);
    (void)fputs("\nOptions of every command:\n", out);
    print_options(mask_of(command), 1, out);
}

void dtn_options_print_help(dtn_command command, FILE *out)
{
    if (command != DTN_N_COMMAND) {
        print_command_help(command, out);
        return;
    }
    (void)fputs("detente: models of crises, thousands of futures, courses of action compared\n\n"
                "Examples:\n",
                out);
    for (int i = 0; i < DTN_N_COMMAND; i++) {
        int n = (int)strcspn(dtn_command_table[i].examples, "\n");
        (void)fprintf(out, "  %.*s\n", n, dtn_command_table[i].examples);
    }
    (void)fputs("\nUsage: detente COMMAND [OPTION...] ARGUMENT...\n\nCommands:\n", out);
    for (int i = 0; i < DTN_N_COMMAND; i++)
        (void)fprintf(out, "  %-10s %s\n", dtn_command_table[i].name, dtn_command_table[i].summary);
    (void)fputs("\nOptions of every command:\n", out);
    print_options(DTN_C_ALL, 1, out);
    (void)fputs("\n'detente COMMAND --help' shows the options of a command.\n\n"
                "Exit status: 0 done, 1 the run failed, 2 usage, 3 an input cannot be run,\n"
                "4 input or output failed, 5 a demanded check did not hold, 130 interrupted;\n"
                "ended by SIGPIPE, silently, where the reader of the output stops early.\n",
                out);
}
