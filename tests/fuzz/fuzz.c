/* What the fuzz targets share: promises, a folder, and the use of a model once it is read.
 *
 * A model that compiles runs three steps, so that the interpreter sees every operand that the
 * compiler made of the input. Limits below keep one input within milliseconds; they are of the
 * harness and say nothing about what a model may have.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "check/check.h"
#include "compile/interp.h"
#include "format/format.h"
#include "run/run.h"

#define MAX_RUN_SLOTS 200000u /* of a program that is run: 13 MB for 8 lanes */
#define MAX_RUN_COST 1e6      /* instructions of a step */
#define MAX_LOOPS_OF 8        /* variables whose loops are listed */

void fuzz_broken(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, condition);
    abort();
}

void fuzz_check_status(dtn_status status, const dtn_diags *diags, size_t n_error_before)
{
    FUZZ_CHECK(status != DTN_E_MEMORY);
    if (status == DTN_OK)
        FUZZ_CHECK(diags->n_error == n_error_before);
    else if (status == DTN_E_INPUT || status == DTN_E_IO)
        FUZZ_CHECK(diags->n_error > n_error_before);
}

void fuzz_check_diags(const dtn_diags *diags)
{
    for (size_t i = 0; i < diags->n; i++) {
        char *text = dtn_diag_format(&diags->items[i], (int)(i & 1));
        FUZZ_CHECK(text && text[0] != '\0' && text[strlen(text) - 1] == '\n');
        dtn_free(text);
    }
}

/* ---- The folder ------------------------------------------------------------ */

static char folder[64];

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "cannot remove %s\n", folder);
}

const char *fuzz_folder(void)
{
    static const char table[] = "time,a,b,c\n0,1,2,x\n1,3,4,\n2,5,6,7\n";
    if (folder[0] != '\0')
        return folder;
    const char *above = getenv("TMPDIR");
    if (!above || strlen(above) > 40)
        above = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(folder, sizeof folder, "%s/dtn-fuzz-XXXXXX", above);
    FUZZ_CHECK(mkdtemp(folder) != NULL);
    FUZZ_CHECK(atexit(remove_folder) == 0);
    fuzz_write("data.csv", table, strlen(table));
    fuzz_write("data.tab", "time\t0\t1\t2\na\t1\t\t3\nb[x]\t4\t5\t6\n", 30);
    return folder;
}

const char *fuzz_path(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    return path;
}

void fuzz_write(const char *name, const void *bytes, size_t n)
{
    FILE *f = fopen(fuzz_path(name), "wb");
    FUZZ_CHECK(f != NULL);
    FUZZ_CHECK(fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

/* ---- Using a model ---------------------------------------------------------- */

static void look_at(dtn_model *model, dtn_diags *diags)
{
    dtn_graph graph = {0};
    size_t before = diags->n_error;
    fuzz_check_status(dtn_check_units(model, diags), diags, before);
    before = diags->n_error;
    FUZZ_CHECK(dtn_check_hygiene(model, diags) == DTN_OK && diags->n_error == before);
    FUZZ_CHECK(dtn_check_graph(model, &graph) == DTN_OK);
    for (uint32_t v = 0; v < model->n_var && v < MAX_LOOPS_OF; v++) {
        uint32_t **loops = NULL;
        size_t n_loop = 0;
        FUZZ_CHECK(dtn_check_loops(model, &graph, v, 20, 12, &loops, &n_loop, NULL) == DTN_OK);
        bool is_inferred;
        FUZZ_CHECK(dtn_check_unit_text(model, v, &is_inferred) != NULL);
    }
    for (size_t v = 0; v < model->n_var; v++)
        for (size_t k = 0; k < model->vars[v].n_eqn; k++)
            if (model->vars[v].eqns[k].expr)
                FUZZ_CHECK(dtn_expr_print(model, model->vars[v].eqns[k].expr) != NULL);
}

/* Instructions that a step takes, with their loops, roughly: is it worth running here? */
static bool is_small(const dtn_program *program)
{
    double times[DTN_MAX_LOOPS * 2] = {1}, cost = 0;
    size_t depth = 0;
    for (size_t i = 0; i < program->n_ins; i++) {
        const dtn_ins *ins = &program->ins[i];
        if (ins->op == DTN_I_LOOP && depth + 1 < sizeof times / sizeof *times) {
            times[depth + 1] = times[depth] * ins->a;
            depth++;
        } else if (ins->op == DTN_I_ENDLOOP && depth > 0) {
            depth--;
        }
        cost += times[depth] * (ins->op == DTN_I_DRAW_SUM ? DTN_MAX_MARKS : 1);
    }
    for (size_t i = 0; i < program->n_vector; i++)
        cost += (double)program->vectors[i].n_in * program->vectors[i].n;
    return program->n_slot <= MAX_RUN_SLOTS && cost <= MAX_RUN_COST;
}

static void run(const dtn_program *program)
{
    if (!is_small(program))
        return;
    dtn_block *block = dtn_block_new(program, 3, DTN_ISA_SCALAR);
    FUZZ_CHECK(block != NULL);
    dtn_status status = dtn_block_start(block, 1, 0, 3, 0, NULL, NULL);
    FUZZ_CHECK(status == DTN_OK);
    for (uint32_t step = 0; step < 3; step++) {
        if (step == 1)
            dtn_block_set_overlay(block, 1, 1);
        dtn_block_check(block);
        if (step < program->n_step)
            dtn_block_step(block);
    }
    dtn_snapshot *snapshot = dtn_snapshot_new(block);
    FUZZ_CHECK(snapshot && dtn_block_save(block, snapshot) == DTN_OK);
    FUZZ_CHECK(dtn_block_restore(block, snapshot) == DTN_OK);
    dtn_snapshot_delete(snapshot);
    dtn_block_delete(block);
}

static void compile(dtn_model *model, dtn_diags *diags)
{
    static const char *parameters[] = {"a"};
    dtn_compile_options options = dtn_compile_defaults();
    dtn_program *program = NULL;
    const size_t before = diags->n_error;
    options.parameters = parameters;
    options.n_parameter = dtn_model_find_var(model, "a") != NULL;
    dtn_status status = dtn_compile(model, &options, &program, diags);
    fuzz_check_status(status, diags, before);
    FUZZ_CHECK((status == DTN_OK) == (program != NULL));
    if (program)
        run(program);
    dtn_program_delete(program);
}

static bool lay_over(dtn_model *model, const char *rules, size_t n, dtn_diags *diags)
{
    static const dtn_pos at = {"rules", 1, 1};
    const size_t before = diags->n_error;
    if (DTN_ARENA_GUARD(model->arena))
        fuzz_broken(__FILE__, __LINE__, "memory");
    dtn_overlay overlay = {"actor.course", "actor"};
    DTN_PUSH(model->arena, model->overlays, model->n_overlay, model->cap_overlay, overlay);
    dtn_status status = dtn_check_add_modules(model, diags);
    fuzz_check_status(status, diags, before);
    if (status != DTN_OK)
        return false;
    status = dtn_model_add_text(model, rules, n, at, 1, diags);
    fuzz_check_status(status, diags, before);
    return status == DTN_OK;
}

void fuzz_use_model(dtn_model *model, const char *rules, size_t n_rules, dtn_diags *diags)
{
    if (!rules || lay_over(model, rules, n_rules, diags)) {
        const size_t before = diags->n_error;
        dtn_status status = dtn_check_resolve(model, diags);
        fuzz_check_status(status, diags, before);
        if (status == DTN_OK) {
            look_at(model, diags);
            compile(model, diags);
        }
    }
    dtn_model_delete(model);
}
