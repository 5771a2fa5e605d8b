/* Mentions of one event: what agrees, what contradicts, no chains of days, no order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "events/same.h"

static dtn_mention mention(const char *key, const char *source, const char *target, int64_t day,
                           double killed)
{
    return (dtn_mention){.key = key,
                         .type = "ASSAULT",
                         .source = source,
                         .target = target,
                         .from = day,
                         .to = day,
                         .killed_min = killed,
                         .killed_max = killed};
}

static void agrees(const dtn_mention *a, const dtn_mention *b, bool want)
{
    assert_true((dtn_mention_same(a, b) >= DTN_SAME_LEAST) == want);
    assert_true(dtn_mention_same(a, b) == dtn_mention_same(b, a));
}

/* What is told without a date was in the week before, if the words are known. */
static void undated(void **state)
{
    (void)state;
    dtn_mention a = mention("a", "NLDMIL", "SLDCIV", 10, 12);
    dtn_mention b = mention("b", "NLD", "SLD", 0, NAN);
    dtn_mention_undated(&b, 13);
    assert_true(b.is_undated && b.from == 7 && b.to == 13);
    agrees(&a, &b, false);
    dtn_mention_words(&a, "Jets bombed the bazaar of Mira, the bazaar and a mosque.");
    dtn_mention_words(&b, "The bombing of the bazaar in Mira.");
    assert_int_equal(a.n_word, 5); /* jets, bombed, bazaar, Mira, mosque */
    assert_int_equal(b.n_word, 3);
    double x[DTN_SAME_FEATURES];
    assert_true(dtn_mention_features(&a, &b, x));
    assert_true(x[2] == 1 && x[3] == 1);
    agrees(&a, &b, true);
    dtn_mention_undated(&b, 30); /* another week */
    agrees(&a, &b, false);
}

/* Types of one family, an actor that contradicts, places: only where the words are known. */
static void by_words(void **state)
{
    (void)state;
    dtn_mention a = mention("a", "NLD", "SLD", 10, NAN), b = mention("b", "NLDMIL", "SLD", 10, NAN);
    b.type = "COERCE";
    b.mode = "arrest";
    a.mode = "seize"; /* captured, arrested */
    dtn_mention_words(&a, "Northland captured a commander near Mira on Sunday.");
    dtn_mention_words(&b, "The commander was arrested by soldiers near Mira.");
    assert_int_equal(a.n_name, 1); /* the first word and days are none */
    assert_int_equal(a.n_place, 1);
    agrees(&a, &b, true);
    a.mode = "heavy-weapons"; /* bombed, arrested */
    agrees(&a, &b, false);
    a = mention("a", "NLD", "WLDCIV", 10, NAN), b = mention("b", "NLD", "SLD", 10, NAN);
    agrees(&a, &b, false); /* whom it was done to, told in two ways */
    dtn_mention_words(&a, "Northland shelled a ferry of fishermen in Mira.");
    dtn_mention_words(&b, "Northland shelled a ferry of fishermen in Mira.");
    double x[DTN_SAME_FEATURES];
    assert_true(dtn_mention_features(&a, &b, x));
    assert_true(x[2] == 1 && x[4] == 1 && x[5] == 0 && x[6] == 0);
    dtn_mention_words(&b, "Northland shelled a ferry of fishermen in Tamar.");
    assert_true(dtn_mention_features(&a, &b, x) && x[6] == 1);
    a.source = "SLD"; /* another doer is another deed */
    assert_false(dtn_mention_features(&a, &b, x));
}

/* Two sides that count the same kind of dead on one day are rivals about one event. */
static void two_sides(void **state)
{
    (void)state;
    dtn_mention a = mention("a", NULL, "REB", 10, 30), b = mention("b", NULL, "REB", 10, 5);
    a.killed_of = b.killed_of = "REB";
    dtn_mention_words(&a, "The army said 30 militants were killed on 8 October.");
    dtn_mention_words(&b, "Tamar said 5 militants were killed on 8 October.");
    agrees(&a, &b, false); /* nobody's count */
    a.speaker = "MIL";
    b.speaker = "SLDGOV";
    agrees(&a, &b, true);
    b.killed_of = "CIV"; /* others' dead */
    agrees(&a, &b, false);
    b.killed_of = "REB";
    b.from = b.to = 11; /* another day */
    agrees(&a, &b, false);
    b.from = 10; /* or that */
    agrees(&a, &b, false);
    b.to = 10;
    a.speaker = "SLDMIL"; /* one side, twice */
    agrees(&a, &b, false);
    a.speaker = "MIL";
    b.speaker = "COP"; /* two bodies: two places, perhaps */
    agrees(&a, &b, false);
    b.speaker = "SLDGOV";
    dtn_mention_words(&a, "The army said 30 militants were killed in Mira.");
    dtn_mention_words(&b, "Tamar said 5 militants were killed in Quosh.");
    agrees(&a, &b, false); /* elsewhere */
}

static void pairs(void **state)
{
    (void)state;
    const dtn_mention a = mention("a", "NLDMIL", "SLDCIV", 10, 12);
    dtn_mention b = mention("b", "NLD", "SLDMIL", 10, 40); /* figures differ: who counts differs */
    agrees(&a, &b, true);
    b.from = b.to = 11; /* told a day late */
    agrees(&a, &b, true);
    b.source = NULL; /* of less that agrees */
    agrees(&a, &b, false);
    b.source = "NLD";
    b.from = b.to = 12;
    agrees(&a, &b, false);
    b = mention("b", "SLDMIL", "NLDMIL", 10, 12); /* the other way round */
    agrees(&a, &b, false);
    b = mention("b", "REB", "CIV", 10, 12); /* kinds of people alone */
    agrees(&a, &b, false);
    b = mention("b", NULL, "SLD", 10, NAN); /* nobody says who did it */
    agrees(&a, &b, true);
    b = mention("b", "NLD", NULL, 1, NAN);
    b.to = 30; /* "that month" */
    agrees(&a, &b, false);
    b = mention("b", "NLD", "SLD", 10, 12);
    b.type = "COERCE";
    agrees(&a, &b, false);
    dtn_mention talks = mention("c", "NLD;SLD", NULL, 10, NAN);
    b = mention("b", "SLD", "NLD", 10, NAN);
    talks.type = b.type = "CONSULT"; /* who is named first says nothing */
    agrees(&talks, &b, true);
    b.target = "WLD";
    agrees(&talks, &b, false);
}

/* Strikes on ten days in a row are no single event, in whichever order they come. */
static void groups(void **state)
{
    (void)state;
    enum { N = 14 };
    static const char *const keys[N] = {"k00", "k01", "k02", "k03", "k04", "k05", "k06",
                                        "k07", "k08", "k09", "k10", "k11", "k12", "k13"};
    dtn_mention m[N], turned[N];
    uint32_t group[N], other[N];
    size_t n_group = 0, n_other = 0;
    dtn_arena arena;
    dtn_arena_init(&arena);
    assert_int_equal(DTN_ARENA_GUARD(&arena), 0);
    for (int i = 0; i < 10; i++)
        m[i] = mention(keys[i], "NLD", "SLD", i, NAN);
    for (int i = 10; i < N; i++) /* others tell of day 3 again, with figures of their own */
        m[i] = mention(keys[i], i % 2 ? "NLDMIL" : "NLD", "SLDCIV", 3, i);
    dtn_mentions_group(m, N, &arena, group, &n_group);
    assert_true(n_group >= 5 && n_group <= 10);
    for (int i = 10; i < N; i++)
        assert_int_equal(group[i], group[3]);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            if (group[i] == group[k])
                assert_true(i == k || dtn_mention_same(&m[i], &m[k]) >= DTN_SAME_LEAST);
    for (int i = 0; i < N; i++)
        turned[i] = m[(i * 5 + 3) % N];
    dtn_mentions_group(turned, N, &arena, other, &n_other);
    assert_int_equal(n_group, n_other);
    for (int i = 0; i < N; i++)
        assert_int_equal(other[i], group[(i * 5 + 3) % N]);
    dtn_mentions_group(m, 0, &arena, group, &n_group);
    assert_int_equal(n_group, 0);
    dtn_arena_free(&arena);
}

/* What takes up a mention is one event with it, however little it says, and in whichever order they come; it stands in
 * nobody's way. */
static void referring(void **state)
{
    (void)state;
    enum { N = 6 };
    uint32_t group[N], other[N];
    size_t n_group = 0, n_other = 0;
    dtn_arena arena;
    dtn_arena_init(&arena);
    assert_int_equal(DTN_ARENA_GUARD(&arena), 0);
    dtn_mention m[N] = {
        mention("a1", "NLD", "SLD", 10, 12), mention("a2", "", "", 10, 15), /* "the toll is 15" */
        mention("a3", "", "", 0, 4),         mention("a4", "", "", 0, 5),   /* of no day, both */
        mention("b1", "NLD", "SLD", 10, 14), mention("b2", "", "", 0, 14),
    };
    dtn_mention turned[N];
    m[1].refers = "a1";
    m[2].is_lone = m[3].is_lone = m[5].is_lone = true;
    m[3].refers = "a3";
    m[5].refers = "b1";
    assert_true(dtn_mention_same(&m[0], &m[1]) < DTN_SAME_LEAST);
    assert_true(dtn_mention_same(&m[2], &m[5]) == 0);
    dtn_mentions_group(m, N, &arena, group, &n_group);
    assert_int_equal(n_group, 2);
    assert_int_equal(group[1], group[0]);
    assert_int_equal(group[4], group[0]);
    assert_int_equal(group[5], group[0]);
    assert_int_equal(group[3], group[2]);
    assert_true(group[2] != group[0]);
    for (int i = 0; i < N; i++)
        turned[i] = m[(i * 5 + 2) % N];
    dtn_mentions_group(turned, N, &arena, other, &n_other);
    for (int i = 0; i < N; i++)
        assert_int_equal(other[i], group[(i * 5 + 2) % N]);
    m[0].key = "gone"; /* two that take up what is not among them */
    m[4].refers = "a1";
    dtn_mentions_group(m, N, &arena, group, &n_group);
    assert_int_equal(group[4], group[1]);
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_words), cmocka_unit_test(two_sides),
                                       cmocka_unit_test(pairs),    cmocka_unit_test(undated),
                                       cmocka_unit_test(groups),   cmocka_unit_test(referring)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
