/* Numbers and names: what is written reads back the same; keys are stable and valid. */
#include "fuzz.h"

#include <math.h>
#include <string.h>
#include <unicode/utf8.h>

#include "base/text.h"

static void numbers(const char *text, size_t n)
{
    char out[DTN_DOUBLE_MAX_TEXT];
    double value = 0, again = 0, bits;
    if (dtn_text_to_double(text, n, &value)) {
        FUZZ_CHECK(isfinite(value));
        FUZZ_CHECK(dtn_text_to_double(out, dtn_double_to_text(value, out), &again));
        FUZZ_CHECK(again == value);
    }
    for (; n >= sizeof bits; text += sizeof bits, n -= sizeof bits) {
        memcpy(&bits, text, sizeof bits);
        const size_t n_out = dtn_double_to_text(bits, out);
        FUZZ_CHECK(n_out == strlen(out) && n_out < sizeof out);
        FUZZ_CHECK(dtn_text_to_double(out, n_out, &again) == (isfinite(bits) != 0));
        FUZZ_CHECK(!isfinite(bits) || again == bits);
    }
}

static bool is_utf8(const char *text, size_t n)
{
    int32_t i = 0;
    UChar32 c = 0;
    while (i < (int32_t)n && c >= 0)
        U8_NEXT((const uint8_t *)text, i, (int32_t)n, c);
    return c >= 0;
}

static void names(const char *text, size_t n)
{
    dtn_arena arena;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        fuzz_broken(__FILE__, __LINE__, "memory");
    const char *key = dtn_name_key(&arena, text, n);
    const size_t n_key = strlen(key);
    const bool has_quote = memchr(text, '"', n) != NULL, has_escape = memchr(text, '\\', n) != NULL;
    if (is_utf8(text, n))
        FUZZ_CHECK(is_utf8(key, n_key));
    FUZZ_CHECK(strchr(key, ' ') == NULL && strstr(key, "__") == NULL);
    if (!has_quote && !has_escape) { /* both mean something the first time only */
        FUZZ_CHECK(n_key == 0 || (key[0] != '_' && key[n_key - 1] != '_'));
        FUZZ_CHECK(strcmp(dtn_name_key(&arena, key, n_key), key) == 0);
    }
    dtn_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    numbers((const char *)data, size);
    names((const char *)data, size);
    return 0;
}
