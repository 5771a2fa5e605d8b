/* For tools/train_same.py: what two mentions of events are weighed by. Not installed.
 *
 * A line in: {"a": mention, "b": mention}, a mention as the ledger exports it, with its "sentence" and the
 * document's "day". A line out: the features, or an empty line where the two cannot be one event.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/dates.h"
#include "events/same.h"

static const char *text(const json_t *o, const char *key)
{
    const char *value = json_string_value(json_object_get(o, key));
    return value && *value ? value : NULL;
}

static double number(const json_t *o, const char *key)
{
    const char *value = text(o, key);
    return value ? strtod(value, NULL) : NAN;
}

static dtn_mention mention_of(const json_t *o)
{
    dtn_mention m = {.key = "",
                     .type = text(o, "type"),
                     .mode = text(o, "mode"),
                     .source = text(o, "source"),
                     .target = text(o, "target"),
                     .killed_min = number(o, "killed_min"),
                     .killed_max = number(o, "killed_max"),
                     .killed_of = text(o, "killed_of")};
    const char *from = text(o, "date_from"), *to = text(o, "date_to"), *told = text(o, "told");
    m.is_undated = !from || !to;
    if (m.is_undated)
        dtn_mention_undated(&m, told && dtn_days_of(told, &m.to) ? m.to : 0);
    else if (!dtn_days_of(from, &m.from) || !dtn_days_of(to, &m.to))
        m.from = m.to = 0;
    dtn_mention_words(&m, text(o, "sentence") ? text(o, "sentence") : "");
    return m;
}

int main(void)
{
    json_error_t error;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        json_t *pair = json_loads(line, 0, &error);
        const dtn_mention a = mention_of(json_object_get(pair, "a")),
                          b = mention_of(json_object_get(pair, "b"));
        double x[DTN_SAME_FEATURES];
        if (a.type && b.type && dtn_mention_features(&a, &b, x))
            for (size_t i = 0; i < DTN_SAME_FEATURES; i++)
                (void)printf("%s%.17g", i ? " " : "", x[i]);
        (void)putchar('\n');
        json_decref(pair);
    }
    free(line);
    return 0;
}
