/* Claims and recommendations as people write them: signs, parts, what is no advice and whose it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader_text.h"

/* A case's vocabulary for the tests below. */
static dtn_vocabulary *read_words(const char *text)
{
    char path[] = "/tmp/dtn-claims-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_vocabulary_read(path, &v, &diags), DTN_OK);
    assert_int_equal(unlink(path), 0);
    dtn_diags_free(&diags);
    return v;
}

/* A name that says less of its concept is one word, and turns the sign once. */
static void names_with_prefixes_turn_signs_once(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        int sign;
    } rows[] = {
        {"Mediation encourages de-escalation.", "de-escalation", -1},
        {"Mediation led to de-escalation.", "de-escalation", -1},
        {"Mediation produced a de-escalation.", "de-escalation", -1},
        {"Mediation prevents de-escalation.", "de-escalation", 1},
        {"Mediation prevents escalation.", "escalation", -1},
        {"Mediation led to a lack of de-escalation.", "de-escalation", 1},
        {"There was no de-escalation because mediation failed.", "de-escalation", -1},
        {"Mediation reduced the chance of de-escalation.", "de-escalation", 1},
        {"Mediation will de-escalate the dispute.", "dispute", -1},
    };
    reader->vocabulary = read_words("mediation\t+\tmediation\nescalation\t+\tescalation\n"
                                    "escalation\t-\tde-escalation|de-escalate\n");
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || !c->effect_concept || c->sign != rows[i].sign)
            fail_msg("%s: %s, sign %d", rows[i].text,
                     c && c->effect_concept ? c->effect_concept : "none", c ? c->sign : 9);
    }
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(reader->vocabulary);
    reader->vocabulary = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_with_prefixes_turn_signs_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
