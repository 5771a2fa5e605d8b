/* Conveyors and queues in many lanes: a lane's numbers do not depend on its neighbours, whose way may
 * be longer or stand still; what was put on comes off; a snapshot brings everything back. The hand
 * calculations are tests/lang/x-conveyor.xmile and x-queue.xmile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "check/check.h"
#include "format/format.h"
#include "run/run.h"

#define N_LANE 7

/* Material enters at random until 20. `way`, `share` and `halt` differ from lane to lane. */
static const char text[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
    "xmlns:isee=\"http://iseesystems.com/XMILE\">"
    "<sim_specs><start>0</start><stop>60</stop><dt>0.25</dt></sim_specs><model><variables>"
    "<aux name=\"way\"><eqn>3</eqn></aux><aux name=\"share\"><eqn>0.3</eqn></aux>"
    "<aux name=\"halt\"><eqn>9</eqn></aux>"
    "<flow name=\"come\"><eqn>IF TIME &lt; 20 THEN RANDOM(0, 10) ELSE 0</eqn></flow>"
    "<stock name=\"line\"><eqn>5</eqn><inflow>come</inflow><outflow>go</outflow>"
    "<outflow>turned</outflow><queue/></stock>"
    "<flow name=\"go\"/><flow name=\"turned\"><overflow/></flow>"
    "<stock name=\"away\"><eqn>0</eqn><inflow>turned</inflow></stock>"
    "<stock name=\"belt\"><eqn>4</eqn><inflow>go</inflow><outflow>leave</outflow>"
    "<outflow>lost</outflow><conveyor discrete=\"true\"><len>way + 2 * SIN(TIME)</len>"
    "<capacity>20</capacity><arrest>TIME &gt; halt AND TIME &lt; halt + 2</arrest></conveyor></stock>"
    "<flow name=\"leave\"/><flow name=\"lost\" isee:spreadflow=\"even\" leak_start=\"0.2\"><leak>share</leak></flow>"
    "<stock name=\"other\"><eqn>3</eqn><inflow>leave</inflow><outflow>end</outflow>"
    "<outflow>rot</outflow><outflow>decay</outflow>"
    "<conveyor exponential_leak=\"true\"><len>way / 2</len><sample>TIME &gt; 5</sample></conveyor>"
    "</stock><flow name=\"end\"/><flow name=\"rot\" isee:spreadflow=\"dest\" leak_end=\"0.5\"><leak>share</leak></flow>"
    "<flow name=\"decay\"><leak>share / 3</leak></flow>"
    "<stock name=\"wide\"><eqn>1, 2</eqn><inflow>lost</inflow><inflow>rot</inflow>"
    "<outflow>far</outflow><outflow>whole</outflow><conveyor><len>way + COS(TIME)</len></conveyor>"
    "</stock><flow name=\"far\"/>"
    "<flow name=\"whole\" leak_end=\"0.7\"><leak>0.4</leak><leak_integers/></flow>"
    "<stock name=\"sum in\"><eqn>0</eqn><inflow>come</inflow></stock>"
    "<stock name=\"sum out\"><eqn>0</eqn><inflow>turned</inflow><inflow>far</inflow>"
    "<inflow>end</inflow><inflow>whole</inflow><inflow>decay</inflow></stock>"
    "</variables></model></xmile>";

typedef struct fixture {
    dtn_diags diags;
    dtn_model *model;
    dtn_program *program;
    uint32_t ids[3];
    double values[3][N_LANE];
} fixture;

static const char *const shown[] = {"line", "belt", "other", "wide", "sum_in", "sum_out", "away"};
#define N_SHOWN (sizeof shown / sizeof shown[0])

static int set_up(void **state)
{
    static fixture f;
    const char *const names[] = {"way", "share", "halt"};
    memset(&f, 0, sizeof f);
    dtn_diags_init(&f.diags);
    assert_int_equal(dtn_model_read_xmile(text, strlen(text), "test", &f.model, &f.diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    assert_int_equal(dtn_compile(f.model, NULL, &f.program, &f.diags), DTN_OK);
    for (int i = 0; i < 3; i++)
        f.ids[i] = dtn_program_find_parameter(f.program, names[i]);
    for (int l = 0; l < N_LANE; l++) {
        f.values[0][l] = 2.5 + l * 1.75;
        f.values[1][l] = 0.05 * l;
        f.values[2][l] = 3 + 2 * l;
    }
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    dtn_program_delete(f->program);
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
    return 0;
}

static double value(fixture *f, dtn_block *b, size_t i, uint32_t lane)
{
    dtn_block_eval(b);
    return dtn_block_value(b, dtn_model_find_var(f->model, shown[i])->id, 0)[lane];
}

/* n lanes from `first` on, after so many steps. */
static dtn_block *run(fixture *f, uint32_t first, uint32_t n, uint32_t steps)
{
    double params[3 * N_LANE];
    dtn_block *b = dtn_block_new(f->program, n, dtn_isa_best());
    for (uint32_t i = 0; i < 3; i++)
        for (uint32_t l = 0; l < n; l++)
            params[i * n + l] = f->values[i][first + l];
    assert_non_null(b);
    assert_int_equal(dtn_block_start(b, 1, first, n, 3, f->ids, params), DTN_OK);
    for (uint32_t s = 0; s < steps; s++)
        dtn_block_step(b);
    return b;
}

static void lanes_are_alone(void **state)
{
    fixture *f = *state;
    dtn_block *all = run(f, 0, N_LANE, 75);
    for (uint32_t l = 0; l < N_LANE; l++) {
        dtn_block *one = run(f, l, 1, 75);
        for (size_t i = 0; i < N_SHOWN; i++)
            assert_true(value(f, all, i, l) == value(f, one, i, 0));
        dtn_block_delete(one);
    }
    dtn_block_delete(all);
}

static void nothing_is_lost(void **state)
{
    fixture *f = *state;
    dtn_block *b = run(f, 0, N_LANE, 240), *start = run(f, 0, N_LANE, 0);
    for (uint32_t l = 0; l < N_LANE; l++) {
        for (size_t i = 0; i < 4; i++) /* all of it has come off */
            assert_true(fabs(value(f, b, i, l)) < 1e-9);
        const double start_of_wide = value(f, start, 3, l);
        double in = value(f, b, 4, l) + 5 + 4 + 3 + start_of_wide;
        assert_true(in > 80 && fabs(value(f, b, 5, l) - in) < 1e-9 * in);
    }
    dtn_block_delete(b);
    dtn_block_delete(start);
}

static void snapshots_hold_it(void **state)
{
    fixture *f = *state;
    double straight[N_SHOWN][N_LANE];
    for (uint32_t at = 1; at < 60; at += 17) {
        dtn_block *b = run(f, 0, N_LANE, at), *later = run(f, 0, N_LANE, 3);
        dtn_snapshot *s = dtn_snapshot_new(b);
        assert_int_equal(dtn_block_save(b, s), DTN_OK);
        for (int turn = 0; turn < 3; turn++) {
            dtn_block *block = turn < 2 ? b : later; /* the same, and one with a shorter memory */
            if (turn > 0)
                assert_int_equal(dtn_block_restore(block, s), DTN_OK);
            for (int k = 0; k < 30; k++)
                dtn_block_step(block);
            for (size_t i = 0; i < N_SHOWN; i++)
                for (uint32_t l = 0; l < N_LANE; l++) {
                    if (turn > 0)
                        assert_true(straight[i][l] == value(f, block, i, l));
                    straight[i][l] = value(f, block, i, l);
                }
        }
        dtn_snapshot_delete(s);
        dtn_block_delete(b);
        dtn_block_delete(later);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lanes_are_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(snapshots_hold_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
