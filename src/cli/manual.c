/* Build-time program: the man page and the shell completions, from the tables that --help is
 * made of (commands.def, options.def).
 *
 * usage: make_manual man|bash|zsh|fish
 */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

/* ---- Man page (groff's man macros) ------------------------------------------------- */

/* Hyphens that a reader copies must stay ASCII; a leading dot or quote would be a request. */
static void put_roff(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (p == text || p[-1] == '\n')
            (void)fputs(*p == '.' || *p == '\'' ? "\\&" : "", stdout);
        if (*p == '-')
            (void)fputs("\\-", stdout);
        else if (*p == '\\')
            (void)fputs("\\e", stdout);
        else
            (void)putchar(*p);
    }
}

static void put_value(const dtn_opt_info *opt)
{
    if (opt->kind == DTN_OPT_FLAG)
        return;
    const char *value = opt->kind == DTN_OPT_CHOICE ? opt->choices : opt->value;
    const char *end = strstr(value, "||");
    (void)printf(" \\fI%.*s\\fR", end != NULL ? (int)(end - value) : (int)strlen(value), value);
}

static void man_option(const dtn_opt_info *opt)
{
    (void)puts(".TP");
    if (opt->letter != 0)
        (void)printf("\\fB\\-%c\\fR, ", opt->letter);
    (void)fputs("\\fB\\-\\-", stdout);
    put_roff(opt->name);
    (void)fputs("\\fR", stdout);
    put_value(opt);
    (void)putchar('\n');
    put_roff(opt->text);
    if (*opt->def != '\0')
        (void)printf(" (%s)", opt->def);
    (void)putchar('\n');
}

static void man_options(unsigned commands, int general)
{
    for (size_t i = 0; i < dtn_n_opt; i++)
        if ((dtn_opt_table[i].commands & commands) != 0 &&
            (dtn_opt_table[i].commands == DTN_C_ALL) == general)
            man_option(&dtn_opt_table[i]);
}

static void man_command(int id)
{
    const dtn_command_info *info = &dtn_command_table[id];
    (void)printf(".SH DETENTE %s\n.B detente %s\n[\\fIOPTION\\fR...] \\fI%s\\fR\n.PP\n", info->name,
                 info->name, info->arguments);
    put_roff(info->text);
    (void)puts(".PP\nExamples:\n.nf");
    put_roff(info->examples);
    (void)puts(".fi");
    man_options(1u << id, 0);
}

static void write_man(void)
{
    (void)puts(".\\\" Made by make_manual from src/cli/*.def; do not edit.\n"
               ".TH DETENTE 1 \"\" \"detente " DTN_VERSION "\" \"User Commands\"\n"
               ".SH NAME\ndetente \\- compare courses of action on models of crises\n"
               ".SH SYNOPSIS\n.B detente\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] \\fIARGUMENT\\fR...\n"
               ".SH DESCRIPTION\n"
               "Reads models in standard formats (Vensim .mdl, XMILE), runs thousands of futures,\n"
               "and shows which course of action does what, under which hypothesis, and how sure\n"
               "that is. The same command with the same seed gives the same bytes.\n"
               ".SH COMMANDS");
    for (int i = 0; i < DTN_N_COMMAND; i++)
        (void)printf(".TP\n.B %s\n%s\n", dtn_command_table[i].name, dtn_command_table[i].summary);
    (void)puts(".SH OPTIONS\nOptions of every command:");
    man_options(DTN_C_ALL, 1);
    for (int i = 0; i < DTN_N_COMMAND; i++)
        man_command(i);
    (void)puts(
        ".SH EXIT STATUS\n"
        ".TP\n0\ndone, with or without warnings\n"
        ".TP\n1\nthe run failed: a value became non\\-finite, of an ensemble in more than 1 % of the runs,\n"
        "or more than 1 % of the futures that \\fIcompare\\fR ran leave an outcome without a value\n"
        ".TP\n2\nusage\n"
        ".TP\n3\nan input cannot be run: syntax, names, circularity, schema, data\n"
        ".TP\n4\ninput or output failed\n"
        ".TP\n5\na demanded check did not hold\n"
        ".TP\n130\ninterrupted\n"
        ".PP\nFiles appear whole or not at all, and none that a command has read is written over\n"
        "(exit status 2), under whatever name or link.\n"
        ".PP\nWhere the reader of standard output stops early (\\fIdetente read reports | head\\fR), the\n"
        "program is ended by SIGPIPE, silently, as others are.\n"
        ".SH ENVIRONMENT\n.TP\nNO_COLOR\nif set and not empty: no colour unless asked for");
}

/* ---- Completions ---------------------------------------------------------------------- */

static void write_bash(void)
{
    (void)puts("# Made by make_manual from src/cli/*.def; do not edit.\n_detente() {\n"
               "    local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=\n"
               "    if [ \"$COMP_CWORD\" -eq 1 ]; then");
    (void)fputs("        words='", stdout);
    for (int i = 0; i < DTN_N_COMMAND; i++)
        (void)printf("%s ", dtn_command_table[i].name);
    (void)puts("--help --version'\n    else\n        case $command in");
    for (int c = 0; c < DTN_N_COMMAND; c++) {
        (void)printf("        %s) words='", dtn_command_table[c].name);
        for (size_t i = 0; i < dtn_n_opt; i++)
            if ((dtn_opt_table[i].commands & 1u << c) != 0)
                (void)printf("--%s ", dtn_opt_table[i].name);
        (void)puts("' ;;");
    }
    (void)puts("        esac\n    fi\n    case $cur in\n"
               "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
               "    *) if [ \"$COMP_CWORD\" -eq 1 ]; then "
               "COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
               "       else COMPREPLY=($(compgen -f -- \"$cur\")); fi ;;\n"
               "    esac\n}\ncomplete -o filenames -F _detente detente");
}

/* zsh's and fish's single quotes: '\'' and \'. */
static void put_quoted(const char *text, const char *quote)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            (void)fputs(quote, stdout);
        else if (*text == '[' || *text == ']' || *text == ':')
            (void)putchar(' '); /* separators of _arguments */
        else
            (void)putchar(*text);
    }
}

static void write_zsh(void)
{
    (void)puts("#compdef detente\n# Made by make_manual from src/cli/*.def; do not edit.\n"
               "local -a commands\ncommands=(");
    for (int i = 0; i < DTN_N_COMMAND; i++)
        (void)printf("  '%s:%s'\n", dtn_command_table[i].name, dtn_command_table[i].summary);
    (void)puts(")\nif (( CURRENT == 2 )); then\n  _describe command commands\n  return\nfi\n"
               "case $words[2] in");
    for (int c = 0; c < DTN_N_COMMAND; c++) {
        (void)printf("%s)\n  _arguments \\\n", dtn_command_table[c].name);
        for (size_t i = 0; i < dtn_n_opt; i++) {
            const dtn_opt_info *opt = &dtn_opt_table[i];
            if ((opt->commands & 1u << c) == 0)
                continue;
            (void)printf("    '--%s[", opt->name);
            put_quoted(opt->text, "'\\''");
            (void)printf("]%s' \\\n", opt->kind == DTN_OPT_FLAG ? "" : ":value:_files");
        }
        (void)puts("    '*:file:_files' ;;");
    }
    (void)puts("esac");
}

static void write_fish(void)
{
    (void)puts("# Made by make_manual from src/cli/*.def; do not edit.");
    for (int c = 0; c < DTN_N_COMMAND; c++) {
        const dtn_command_info *info = &dtn_command_table[c];
        (void)printf("complete -c detente -n __fish_use_subcommand -f -a %s -d '", info->name);
        put_quoted(info->summary, "\\'");
        (void)puts("'");
        for (size_t i = 0; i < dtn_n_opt; i++) {
            const dtn_opt_info *opt = &dtn_opt_table[i];
            if ((opt->commands & 1u << c) == 0)
                continue;
            (void)printf("complete -c detente -n '__fish_seen_subcommand_from %s' -l %s",
                         info->name, opt->name);
            if (opt->letter != 0)
                (void)printf(" -s %c", opt->letter);
            (void)fputs(opt->kind == DTN_OPT_FLAG ? " -d '" : " -r -d '", stdout);
            put_quoted(opt->text, "\\'");
            (void)puts("'");
        }
    }
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "man") == 0)
        write_man();
    else if (strcmp(what, "bash") == 0)
        write_bash();
    else if (strcmp(what, "zsh") == 0)
        write_zsh();
    else if (strcmp(what, "fish") == 0)
        write_fish();
    else
        return 2;
    return fflush(stdout) == 0 ? 0 : 1;
}
