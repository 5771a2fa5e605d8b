/* detente explain: what a model or one of its variables is, for people (text) or programs (JSON).
 *
 * describe.c gathers; this file prints. Text is folded at 78 columns.
 */
#include "cli/explain.h"
#include "store/json.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 78

static const char *get(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* Fold `text` at WIDTH, lines after the first indented; the cursor stands at `column`. */
static void print_folded(FILE *to, const char *text, int column, int indent)
{
    while (*text != '\0') {
        int n = (int)strcspn(text, " ");
        if (column > indent && column + n > WIDTH) {
            (void)fprintf(to, "\n%*s", indent, "");
            column = indent;
        }
        (void)fprintf(to, "%.*s", n, text);
        column += n;
        text += n;
        if (*text == ' ' && *++text != '\0') {
            (void)fputc(' ', to);
            column++;
        }
    }
    (void)fputc('\n', to);
}

static void print_field(FILE *to, const char *label, const char *text)
{
    if (*text == '\0')
        return;
    (void)fprintf(to, "  %-10s ", label);
    print_folded(to, text, 13, 13);
}

static void print_list(FILE *to, const char *label, const json_t *list)
{
    size_t i = 0;
    const json_t *item = NULL;
    json_array_foreach (list, i, item)
        print_field(to, i == 0 ? label : "", json_string_value(item));
}

/* ---- A variable ---------------------------------------------------------------------- */

static void print_tree(FILE *to, const json_t *list, const char *below, int depth)
{
    size_t i = 0;
    const json_t *node = NULL;
    json_array_foreach (list, i, node) {
        (void)fprintf(to, "%*s%s %s (%s)\n", 2 * depth, "", get(node, "sign"), get(node, "name"),
                      get(node, "kind"));
        print_tree(to, json_object_get(node, below), below, depth + 1);
    }
}

static void print_range(FILE *to, const json_t *object)
{
    const json_t *low = json_object_get(object, "range_low");
    const json_t *high = json_object_get(object, "range_high");
    if (low == NULL && high == NULL)
        return;
    char text[80];
    char a[DTN_DOUBLE_MAX_TEXT] = "...", b[DTN_DOUBLE_MAX_TEXT] = "...";
    if (low != NULL)
        (void)dtn_double_to_text(json_real_value(low), a);
    if (high != NULL)
        (void)dtn_double_to_text(json_real_value(high), b);
    (void)snprintf(text, sizeof text, "%s to %s", a, b);
    print_field(to, "range", text);
}

static void print_uncertain(FILE *to, const json_t *list)
{
    size_t i = 0;
    const json_t *item = NULL;
    json_array_foreach (list, i, item) {
        char text[160];
        char p[3][DTN_DOUBLE_MAX_TEXT];
        static const char *const keys[] = {"p05", "p50", "p95"};
        for (int k = 0; k < 3; k++)
            (void)dtn_double_to_text(json_real_value(json_object_get(item, keys[k])), p[k]);
        (void)snprintf(text, sizeof text, "median %s, 5 %% to 95 %%: %s to %s", p[1], p[0], p[2]);
        print_field(to, "uncertain", text);
        print_field(to, "status", get(item, "status"));
        print_field(to, "known on", get(item, "known_on"));
        print_field(to, "source", get(item, "source"));
    }
}

static void print_rules(FILE *to, const json_t *list)
{
    size_t i = 0;
    const json_t *item = NULL;
    json_array_foreach (list, i, item) {
        print_field(to, "under", get(item, "course"));
        print_list(to, "", json_object_get(item, "equations"));
    }
}

/* "a > b > c", folded; the cursor stands at `column`, which the next lines are indented to. */
static void print_chain(FILE *to, const json_t *names, int indent)
{
    size_t k = 0;
    const json_t *name = NULL;
    int column = indent;
    json_array_foreach (names, k, name) {
        const char *text = json_string_value(name);
        if (k > 0 && column + (int)strlen(text) + 4 > WIDTH) {
            (void)fprintf(to, "\n%*s", indent, "");
            column = indent;
        }
        column += fprintf(to, "%s%s", k > 0 ? " > " : "", text);
    }
    (void)fputc('\n', to);
}

/* Loops that the case declares by name; every link of them is in the equations. */
static void print_declared(FILE *to, const json_t *list)
{
    size_t i = 0;
    const json_t *loop = NULL;
    json_array_foreach (list, i, loop) {
        const bool is_open = strcmp(get(loop, "polarity_of_links"), "open") == 0;
        (void)fprintf(to, "  %-4s %s%s: %s\n", get(loop, "id"), get(loop, "polarity"),
                      is_open ? " (as declared; not every link has a known sign)" : "",
                      get(loop, "name"));
        if (*get(loop, "source") != '\0')
            (void)fprintf(to, "       source: %s\n", get(loop, "source"));
        (void)fprintf(to, "       ");
        print_chain(to, json_object_get(loop, "variables"), 7);
    }
}

static void print_evidence(FILE *to, const json_t *list)
{
    size_t i = 0;
    const json_t *row = NULL;
    if (json_array_size(list) > 0)
        (void)fputs("\nEvidence\n", to);
    json_array_foreach (list, i, row) {
        (void)fprintf(to, "  %s (%s%s%s)\n", get(row, "item"), get(row, "kind"),
                      *get(row, "kind") != '\0' ? ", " : "", get(row, "status"));
        (void)fprintf(to, "    ");
        print_folded(to, get(row, "source"), 4, 4);
        if (*get(row, "note") != '\0') {
            (void)fprintf(to, "    ");
            print_folded(to, get(row, "note"), 4, 4);
        }
    }
}

static void print_loops(FILE *to, const json_t *object)
{
    const json_t *loops = json_object_get(object, "loops");
    size_t n = json_array_size(loops);
    (void)fprintf(to, "\nFeedback loops through it: %zu%s\n", n,
                  json_is_true(json_object_get(object, "more_loops")) ? ", and longer ones" : "");
    for (size_t i = 0; i < n; i++) {
        const json_t *names = json_object_get(json_array_get(loops, i), "variables");
        (void)fprintf(to, "  %2zu %-11s ", i + 1, get(json_array_get(loops, i), "polarity"));
        print_chain(to, names, 17);
    }
}

static void print_unit(FILE *to, const json_t *object)
{
    const char *unit = get(object, "unit");
    const bool is_inferred = json_is_true(json_object_get(object, "unit_is_inferred"));
    if (*unit == '\0' || strcmp(unit, "?") == 0)
        print_field(to, "unit", "not given, and none follows from its equation");
    else
        (void)fprintf(to, "  %-10s %s%s\n", "unit", unit, is_inferred ? " (inferred)" : "");
}

static void print_variable(FILE *to, const json_t *object)
{
    (void)fprintf(to, "%s: %s\n", get(object, "name"), get(object, "kind"));
    print_list(to, "equation", json_object_get(object, "equations"));
    print_rules(to, json_object_get(object, "rules"));
    print_unit(to, object);
    print_range(to, object);
    print_field(to, "course", get(object, "course"));
    print_field(to, "group", get(object, "group"));
    print_field(to, "what", get(object, "documentation"));
    print_field(to, "source", get(object, "source"));
    print_uncertain(to, json_object_get(object, "uncertain"));
    print_field(to, "defined", get(object, "defined"));
    print_evidence(to, json_object_get(object, "evidence"));
    (void)fputs("\nCauses\n", to);
    print_tree(to, json_object_get(object, "causes"), "causes", 1);
    (void)fputs("\nUses\n", to);
    print_tree(to, json_object_get(object, "uses"), "uses", 1);
    const json_t *declared = json_object_get(object, "declared_loops");
    if (json_array_size(declared) > 0)
        (void)fputs("\nDeclared loops through it\n", to);
    print_declared(to, declared);
    print_loops(to, object);
}

/* ---- The model ----------------------------------------------------------------------- */

static void print_courses(FILE *to, const json_t *list)
{
    size_t i = 0;
    const json_t *item = NULL;
    if (json_array_size(list) > 0)
        (void)fputs("\nCourses of action\n", to);
    json_array_foreach (list, i, item) {
        (void)fprintf(to, "  %s=%s: ", get(item, "actor"), get(item, "course"));
        print_folded(to, get(item, "summary"), WIDTH / 3, 6);
    }
}

static void print_model(FILE *to, const json_t *object)
{
    const json_t *time = json_object_get(object, "time"), *item = NULL;
    const char *kind = NULL;
    size_t i = 0;
    (void)fprintf(to, "%s (%s, %s)\n",
                  get(object, "name")[0] != '\0' ? get(object, "name") : "Model",
                  get(object, "file"), get(object, "format"));
    print_field(to, "", get(object, "summary"));
    (void)fprintf(to, "  %-10s %s to %s %s, step %s, %s\n", "time", get(time, "from"),
                  get(time, "to"), get(time, "unit"), get(time, "step"), get(time, "method"));
    json_object_foreach ((json_t *)(uintptr_t)json_object_get(object, "counts"), kind, item)
        (void)fprintf(to, "  %-10s %lld\n", kind, (long long)json_integer_value(item));
    print_courses(to, json_object_get(object, "courses"));
    if (json_array_size(json_object_get(object, "declared_loops")) > 0)
        (void)fputs("\nDeclared loops (every link stands in the equations)\n", to);
    print_declared(to, json_object_get(object, "declared_loops"));
    if (json_array_size(json_object_get(object, "unit_constants")) > 0)
        (void)fputs("\nConstants of value 1 that only carry a unit or a scale\n", to);
    json_array_foreach (json_object_get(object, "unit_constants"), i, item)
        (void)fprintf(to, "  %-44s %s\n", get(item, "name"), get(item, "unit"));
    (void)fputs("\nVariables\n", to);
    json_array_foreach (json_object_get(object, "variables"), i, item)
        (void)fprintf(to, "  %-44s %-10s %s\n", get(item, "name"), get(item, "kind"),
                      get(item, "unit"));
}

static dtn_status write_text(dtn_cli *cli, const json_t *object, bool is_variable)
{
    dtn_out out;
    DTN_TRY(dtn_out_open(&out, cli->options.out, &cli->diags));
    (is_variable ? print_variable : print_model)(out.file, object);
    return dtn_out_commit(&out, &cli->diags);
}

int dtn_cli_explain(dtn_cli *cli)
{
    dtn_target target = {0};
    dtn_graph graph;
    memset(&graph, 0, sizeof graph);
    int rc = dtn_cli_read(cli);
    if (rc == 0 && cli->options.n_arg > 1)
        rc = dtn_cli_find(cli, "explain", cli->options.args[1], &target);
    if (rc != 0)
        return rc;
    dtn_status status = DTN_OK;
    if (cli->c == NULL)
        status = dtn_check_units(cli->model, &cli->diags); /* for the inferred units */
    if (status == DTN_OK || status == DTN_E_INPUT)
        status = dtn_check_graph(cli->model, &graph);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    bool is_variable = cli->options.n_arg > 1;
    json_t *object = is_variable ? dtn_explain_variable(cli, &graph, target.var)
                                 : dtn_explain_model(cli, &graph);
    if (cli->options.text_format == DTN_TEXT_FORMAT_JSON)
        status = dtn_json_write_file(cli->options.out, object, DTN_JSON_INDENT, &cli->diags);
    else
        status = write_text(cli, object, is_variable);
    json_decref(object);
    return status != DTN_OK ? dtn_cli_fail(cli, status) : DTN_EXIT_OK;
}
