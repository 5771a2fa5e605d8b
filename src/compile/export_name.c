/* Export to C: identifiers and symbols.
 *
 * An identifier keeps the letters and digits of a name, in small letters; accents are dropped
 * (canonical decomposition, Unicode NFD), other letters become their number (u4eba), all else
 * becomes '_'. Words of C, names that the written code calls, and names already taken get a
 * number behind them. Other names at file scope need no care: variables are members and locals,
 * which may hide them.
 */
#include "compile/export_inner.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

/* ---- Identifiers -------------------------------------------------------------- */

/* clang-format off */
static const char *const reserved[] = {
    /* C17 and common macros in small letters */
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum",
    "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict",
    "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union",
    "unsigned", "void", "volatile", "while", "asm", "typeof", "bool", "true", "false", "errno",
    "stdin", "stdout", "stderr", "assert", "linux", "unix", "i386", "signbit", "isnan", "isinf",
    "isfinite", "isnormal", "fpclassify", "offsetof", "alignas", "alignof", "noreturn",
    "thread_local", "static_assert", "nullptr", "constexpr", "main",
    /* libc and libm that the written code calls */
    "memcpy", "memset", "fabs", "sqrt", "floor", "trunc", "round", "fmod", "pow", "exp", "log",
    "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    /* the written code's own */
    "m", "p", "d", "n", "i", "j", "k", "l", "i4", "i5", "i6", "i7", "i8", "i9", "i10", "i11", "i12",
    "i13", "i14", "i15", "row", "time", "next", "model", "parameters", "slopes", "memory", "start",
    "finish", "step", "evaluate", "run", "chance", "seed", "number", "work", "uint32_t", "uint64_t",
    "size_t", "was", "sum", "given", "out", "dt", "step_time", "turn", "again", "is_settled",
    /* parts that the written code calls */
    "min_of", "max_of", "divide_or", "quantum", "interpolate", "pick", "draw_uniform", "draw_event",
    "between", "sum_of_marks", "delay_line", "delay_line_new", "delay_line_turn", "transit",
    "look_up", "transit_new", "material_turn", "information_turn", "data_at", "data_figure",
    "normal_quantile", "lognormal_quantile", "exponential_quantile", "gamma_quantile",
    "poisson_quantile", "binomial_quantile", "negative_binomial_quantile", "lomax_quantile",
    "select_rows", "sort_order", "rank", "reorder", "element_rank", "vector_lookup",
    "vector_invert", "allocate", "allocate_by_priority", "find_price", "market", "demand_at",
    "supply_at", "date_part", "wide_draw", "seeded_stream", "settle", "lgamma", "normal_cdf",
    "track_first", "track_start", "track_turn", "track_see", "track_free", "track_values", "track_memory"
};
/* clang-format on */

static void reserve_words(dtn_exporter *x)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        dtn_map_set(&x->taken, x->arena, reserved[i], 0);
}

/* The letter under a letter's accents; itself where it has none. */
static UChar32 plain_letter(UChar32 c)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar parts[32];
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&error);
    int32_t n = U_SUCCESS(error) ? unorm2_getDecomposition(nfd, c, parts, 32, &error) : -1;
    return n > 0 && U_SUCCESS(error) && parts[0] < 0x80 ? parts[0] : c;
}

static const char *sanitized(dtn_arena *arena, const char *name)
{
    const uint8_t *bytes = (const uint8_t *)name;
    size_t n = strlen(name), used = 0;
    char *out = dtn_arena_alloc(arena, 8 * n + 3);
    int32_t length = (int32_t)n;
    for (int32_t at = 0; at < length;) {
        UChar32 c;
        U8_NEXT(bytes, at, length, c);
        c = c < 0x80 ? c : plain_letter(c);
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (used == 0 && c >= '0' && c <= '9')
            out[used++] = '_';
        if (letter || (c >= '0' && c <= '9'))
            out[used++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        else if (c >= 0x80)
            used += (size_t)snprintf(out + used, 8, "u%x", (unsigned)c);
        else if (used > 0 && out[used - 1] != '_')
            out[used++] = '_';
    }
    while (used > 0 && out[used - 1] == '_')
        used--;
    out[used] = '\0';
    if (out[0] == '_') /* such names belong to the compiler */
        return dtn_arena_printf(arena, "v%s", out);
    return used ? out : "v";
}

#define MAX_NAME 60 /* longer ones do not fit on a line */

static bool is_part(const char *name)
{
    for (size_t i = 0; i < dtn_n_export_part; i++)
        if (strcmp(dtn_export_parts[i].name, name) == 0)
            return true;
    return false;
}

static bool is_taken(const dtn_exporter *x, const char *name, bool at_file_scope)
{
    return dtn_map_get(&x->taken, name) != DTN_MAP_NONE || (at_file_scope && is_part(name));
}

static const char *unique(dtn_exporter *x, const char *name, bool at_file_scope)
{
    const char *plain = sanitized(x->arena, name);
    if (strlen(plain) > MAX_NAME)
        plain = dtn_arena_strndup(x->arena, plain, MAX_NAME);
    const char *out = plain;
    dtn_map *numbers = &x->numbers[at_file_scope];
    const uint32_t last = dtn_map_get(numbers, plain);
    if (last != DTN_MAP_NONE || is_taken(x, plain, at_file_scope)) {
        uint32_t i = last != DTN_MAP_NONE ? last : 1;
        do
            out = dtn_arena_printf(x->arena, "%s_%u", plain, ++i);
        while (is_taken(x, out, at_file_scope));
        dtn_map_set(numbers, x->arena, plain, i);
    }
    dtn_map_set(&x->taken, x->arena, out, 1);
    return out;
}

const char *dtn_export_identifier(dtn_exporter *x, const char *name)
{
    return unique(x, name, false);
}

const char *dtn_export_constant(dtn_exporter *x, const char *name) { return unique(x, name, true); }

/* ---- Symbols -------------------------------------------------------------------- */

static void add_symbol(dtn_exporter *x, dtn_symbol s)
{
    uint32_t id = (uint32_t)x->n_symbol;
    DTN_PUSH(x->arena, x->symbols, x->n_symbol, x->cap_symbol, s);
    for (uint32_t i = 0; i < s.n; i++)
        x->symbol_of[s.slot + i] = id;
}

static dtn_home home_of(const dtn_program *p, uint32_t slot)
{
    if (slot == p->time_slot || slot == p->step_time_slot)
        return DTN_HOME_TIME;
    if (slot < p->constant0)
        return DTN_HOME_PARAMETER;
    if (slot < p->deriv0)
        return DTN_HOME_MODEL;
    return slot < p->aux0 ? DTN_HOME_SLOPE : DTN_HOME_LOCAL;
}

static void add_variable(dtn_exporter *x, uint32_t id)
{
    const dtn_model *m = x->p->model;
    const dtn_var *var = &m->vars[id];
    const dtn_place *place = &x->p->places[id];
    dtn_symbol s = {.title = var->name,
                    .units = var->units,
                    .slot = place->slot,
                    .n = place->n,
                    .n_dim = var->n_dim,
                    .var = id,
                    .home = home_of(x->p, place->slot),
                    .is_partial = place->defined != NULL};
    for (uint32_t i = 0; i < var->n_dim; i++)
        s.sizes[i] = m->dims[var->dims[i]].n_element;
    s.name = dtn_export_identifier(x, var->is_hidden ? var->key : var->name);
    add_symbol(x, s);
}

static void add_hidden(dtn_exporter *x, const dtn_hidden *h)
{
    dtn_symbol s = {.title = h->name,
                    .slot = h->slot,
                    .n = h->n,
                    .n_dim = h->n > 1,
                    .sizes = {h->n},
                    .var = DTN_NONE,
                    .home = home_of(x->p, h->slot)};
    s.name = dtn_export_identifier(x, h->name);
    add_symbol(x, s);
}

static void add_slopes(dtn_exporter *x)
{
    const dtn_program *p = x->p;
    for (size_t i = 0, n = x->n_symbol; i < n; i++) {
        dtn_symbol s = x->symbols[i];
        if (s.slot < p->stock0 || s.slot >= p->held0)
            continue;
        s.slot = s.slot - p->stock0 + p->deriv0;
        s.home = DTN_HOME_SLOPE;
        s.name = dtn_export_identifier(x, dtn_arena_printf(x->arena, "d %s", s.name));
        add_symbol(x, s);
    }
}

void dtn_export_symbols(dtn_exporter *x)
{
    const dtn_program *p = x->p;
    for (uint32_t i = 0; i < p->n_slot; i++)
        DTN_PUSH(x->arena, x->symbol_of, x->n_symbol_of, x->cap_symbol_of, DTN_NONE);
    reserve_words(x);
    for (uint32_t i = 0; i < p->model->n_var; i++)
        if (p->places[i].slot != DTN_NONE && p->places[i].n > 0)
            add_variable(x, i);
    for (size_t i = 0; i < p->n_hidden; i++)
        if (p->hidden[i].n > 0)
            add_hidden(x, &p->hidden[i]);
    add_slopes(x);
    add_symbol(x, (dtn_symbol){.name = "time",
                               .title = "Time",
                               .slot = p->time_slot,
                               .n = 1,
                               .var = DTN_NONE,
                               .home = DTN_HOME_TIME});
    add_symbol(x, (dtn_symbol){.name = "step_time",
                               .title = "Time",
                               .slot = p->step_time_slot,
                               .n = 1,
                               .var = DTN_NONE,
                               .home = DTN_HOME_TIME});
}

uint32_t dtn_export_add_row(dtn_exporter *x, uint32_t n)
{
    uint32_t first = (uint32_t)x->n_symbol_of;
    dtn_symbol s = {.title = "", .slot = first, .n = n, .n_dim = 1, .sizes = {n}, .var = DTN_NONE};
    for (uint32_t i = 0; i < n; i++)
        DTN_PUSH(x->arena, x->symbol_of, x->n_symbol_of, x->cap_symbol_of, DTN_NONE);
    s.name = dtn_export_identifier(x, "values");
    add_symbol(x, s);
    return first;
}

uint32_t dtn_export_base(const dtn_exporter *x, dtn_operand o)
{
    return o & DTN_OPERAND_INDEXED ? x->addresses[o & ~DTN_OPERAND_INDEXED].base : o;
}

dtn_symbol *dtn_export_symbol(const dtn_exporter *x, dtn_operand o)
{
    uint32_t slot = dtn_export_base(x, o);
    uint32_t id = slot < x->n_symbol_of ? x->symbol_of[slot] : DTN_NONE;
    return id == DTN_NONE ? NULL : &x->symbols[id];
}
