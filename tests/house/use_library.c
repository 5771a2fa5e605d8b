/* A program that uses the shared library as a stranger's would: only detente/detente.h, linked
 * with libdetente.so alone. Prints TAP. usage: use_library tank.mdl */
#include "detente/detente.h"

#include <stdio.h>
#include <string.h>

static int n_check, n_failed;

static void check(int ok, const char *name)
{
    n_failed += !ok;
    printf("%s %d - %s\n", ok ? "ok" : "not ok", ++n_check, name);
}

static void check_table(const dtn_simulation *sim, double last_level)
{
    size_t level = 0, n_row = dtn_simulation_n_row(sim);
    check(dtn_simulation_find(sim, "LEVEL", &level) == DTN_OK, "a name in another spelling");
    check(n_row == 5, "a row for each save point");
    check(dtn_simulation_row(sim, n_row - 1)[0] == 4, "the last time");
    check(dtn_simulation_row(sim, n_row - 1)[level] == last_level, "the last level");
    check(strcmp(dtn_simulation_unit(sim, level), "Litre") == 0, "its unit");
}

int main(int argc, char **argv)
{
    dtn_simulation *sim = NULL;
    dtn_diags diags;
    size_t column = 7;
    if (argc != 2)
        return 2;
    dtn_diags_init(&diags);
    check(dtn_simulation_new("no-such-file.mdl", &sim, &diags) == DTN_E_IO && sim == NULL,
          "a missing file");
    check(diags.n_error == 1, "is one error");
    check(dtn_simulation_new(argv[1], &sim, &diags) == DTN_OK, "a model");
    if (sim == NULL)
        return 1;
    check(dtn_simulation_run(sim, 1, 0) == DTN_OK, "runs");
    check_table(sim, 8.687217831611633); /* 8 + 2 * 0.875^8, exact in binary */
    check(dtn_simulation_find(sim, "depth", &column) == DTN_E_NOT_FOUND && column == 7,
          "an unknown column");
    check(dtn_simulation_set(sim, "Inflow", 0) == DTN_OK, "a constant is set");
    check(dtn_simulation_set(sim, "level", 0) == DTN_E_NOT_FOUND, "a stock is not a constant");
    check(dtn_simulation_run(sim, 1, 0) == DTN_OK, "runs again");
    check_table(sim, 3.4360891580581665); /* 10 * 0.875^8 */
    dtn_simulation_delete(sim);
    dtn_diags_free(&diags);
    check(strcmp(dtn_version(), "") != 0, "a version");
    check(strcmp(dtn_status_text(DTN_OK), "done") == 0, "a status in words");
    printf("1..%d\n", n_check);
    return n_failed != 0;
}
