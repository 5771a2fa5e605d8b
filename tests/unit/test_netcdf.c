/* src/store/netcdf: the file as the format's specification has it, as libnetcdf reads it, and after a kill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "store/netcdf.h"

#ifdef WITH_NETCDF
#include <netcdf.h>
#endif

enum { N_TIME = 3, N_PLACE = 2, RECORD = 8 + 4 + 4 + N_TIME * N_PLACE * 8 };

typedef struct fixture {
    dtn_arena arena;
    dtn_diags diags;
    char folder[32], path[64], part[80];
    const unsigned char *header;
    size_t n_header, record_bytes;
} fixture;

/* Only what UDUNITS knows as a whole. */
static void test_units(void **state)
{
    fixture *f = *state;
    const char *const pairs[][2] = {
        {"Dmnl", "1"},        {"Weeks", "week"},
        {"1/Year", "year-1"}, {"kg/(Hectare*Day^2)", "kg hectare-1 day-2"},
        {"km^2", "km2"},      {"Degree_Celsius", "degree_C"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(dtn_nc_units(&f->arena, pairs[i][0]), pairs[i][1]);
    assert_null(dtn_nc_units(&f->arena, "Person/Week"));
    assert_null(dtn_nc_units(&f->arena, "Dollar"));
    assert_null(dtn_nc_units(&f->arena, "KG")); /* symbols are exact */
    assert_null(dtn_nc_units(&f->arena, "Day^0.5"));
    assert_null(dtn_nc_units(&f->arena, "?"));
}

static const double times[N_TIME] = {0, 0.5, 1};

static void make_header(fixture *f)
{
    static const dtn_nc_dim dims[] = {
        {"run", 0}, {"time", N_TIME}, {"place", N_PLACE}, {"place_length", 5}};
    static const dtn_nc_attr globals[] = {{.name = "Conventions", .text = "CF-1.10"},
                                          {.name = "seed", .number = -7}};
    static const dtn_nc_attr unit[] = {{.name = "units", .text = "Persons"}};
    const dtn_nc_var vars[] = {
        {.name = "run", .type = DTN_NC_INT64, .n_dim = 1, .dims = {0}},
        {.name = "place", .type = DTN_NC_CHAR, .n_dim = 2, .dims = {2, 3}, .values = "northsouth"},
        {.name = "flagged", .type = DTN_NC_INT, .n_dim = 1, .dims = {0}},
        {.name = "other", .type = DTN_NC_INT, .n_dim = 1, .dims = {0}},
        {.name = "time", .type = DTN_NC_DOUBLE, .n_dim = 1, .dims = {1}, .values = times},
        {.name = "ill",
         .type = DTN_NC_DOUBLE,
         .n_dim = 3,
         .dims = {0, 1, 2},
         .attrs = unit,
         .n_attr = 1}};
    const dtn_nc_schema schema = {dims, 4, globals, 2, vars, 6};
    f->header = dtn_nc_header(&f->arena, &schema, &f->n_header, &f->record_bytes);
    assert_int_equal(f->record_bytes, RECORD);
}

static int set_up(void **state)
{
    fixture *f = dtn_alloc(sizeof *f);
    dtn_arena_init(&f->arena);
    dtn_diags_init(&f->diags);
    strcpy(f->folder, "/tmp/dtn-netcdf-XXXXXX");
    if (!mkdtemp(f->folder) || DTN_ARENA_GUARD(&f->arena))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/x.nc", f->folder);
    snprintf(f->part, sizeof f->part, "%s.part", f->path);
    make_header(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    unlink(f->path);
    unlink(f->part);
    rmdir(f->folder);
    dtn_diags_free(&f->diags);
    dtn_arena_free(&f->arena);
    dtn_free(f);
    return 0;
}

static double value_of(uint64_t run, size_t i) { return (double)run + (double)i / 8; }

static void make_record(uint64_t run, unsigned char *out)
{
    double values[N_TIME * N_PLACE];
    for (size_t i = 0; i < N_TIME * N_PLACE; i++)
        values[i] = value_of(run, i);
    dtn_nc_put_int64(out, (int64_t)run);
    dtn_nc_put_int(out + 8, run % 2 != 0);
    dtn_nc_put_int(out + 12, -1);
    dtn_nc_put_doubles(out + 16, N_TIME * N_PLACE, values);
}

static void append(dtn_nc_file *file, uint64_t n)
{
    unsigned char records[4 * RECORD];
    assert_true(n <= 4);
    for (uint64_t i = 0; i < n; i++)
        make_record(file->n_record + i, records + i * RECORD);
    dtn_nc_append(file, n, records);
}

static dtn_nc_file opened(fixture *f, bool resume)
{
    dtn_nc_file file;
    assert_int_equal(
        dtn_nc_open(&file, f->path, f->header, f->n_header, f->record_bytes, resume, &f->diags),
        DTN_OK);
    return file;
}

/* What the library makes of a file with n records. */
static void check_by_library(const char *path, uint64_t n)
{
#ifdef WITH_NETCDF
    int nc, dim, var, format;
    size_t length;
    assert_int_equal(nc_open(path, NC_NOWRITE, &nc), NC_NOERR);
    assert_int_equal(nc_inq_format(nc, &format), NC_NOERR);
    assert_int_equal(format, NC_FORMAT_64BIT_DATA);
    assert_int_equal(nc_inq_unlimdim(nc, &dim), NC_NOERR);
    assert_int_equal(nc_inq_dimlen(nc, dim, &length), NC_NOERR);
    assert_int_equal(length, n);
    char text[16] = "", places[10];
    long long seed = 0;
    assert_int_equal(nc_get_att_text(nc, NC_GLOBAL, "Conventions", text), NC_NOERR);
    assert_string_equal(text, "CF-1.10");
    assert_int_equal(nc_get_att_longlong(nc, NC_GLOBAL, "seed", &seed), NC_NOERR);
    assert_int_equal(seed, -7);
    assert_int_equal(nc_inq_varid(nc, "place", &var), NC_NOERR);
    assert_int_equal(nc_get_var_text(nc, var, places), NC_NOERR);
    assert_memory_equal(places, "northsouth", 10);
    double t[N_TIME];
    assert_int_equal(nc_inq_varid(nc, "time", &var), NC_NOERR);
    assert_int_equal(nc_get_var_double(nc, var, t), NC_NOERR);
    assert_memory_equal(t, times, sizeof t);
    for (size_t run = 0; run < n; run++) {
        const size_t start[] = {run, 0, 0}, count[] = {1, N_TIME, N_PLACE};
        double x[N_TIME * N_PLACE];
        long long number;
        int flagged;
        assert_int_equal(nc_inq_varid(nc, "run", &var), NC_NOERR);
        assert_int_equal(nc_get_var1_longlong(nc, var, start, &number), NC_NOERR);
        assert_int_equal(number, run);
        assert_int_equal(nc_inq_varid(nc, "flagged", &var), NC_NOERR);
        assert_int_equal(nc_get_var1_int(nc, var, start, &flagged), NC_NOERR);
        assert_int_equal(flagged, run % 2);
        assert_int_equal(nc_inq_varid(nc, "ill", &var), NC_NOERR);
        assert_int_equal(nc_get_vara_double(nc, var, start, count, x), NC_NOERR);
        for (size_t i = 0; i < N_TIME * N_PLACE; i++)
            assert_true(x[i] == value_of(run, i));
    }
    assert_int_equal(nc_close(nc), NC_NOERR);
#else
    (void)path;
    (void)n;
#endif
}

static void test_layout(void **state)
{
    fixture *f = *state;
    static const unsigned char begin[] = {
        'C', 'D', 'F', 5,  0, 0, 0, 0, 0,   0,   0,   0, /* no records yet */
        0,   0,   0,   10, 0, 0, 0, 0, 0,   0,   0,   4, /* 4 dimensions */
        0,   0,   0,   0,  0, 0, 0, 3, 'r', 'u', 'n', 0, /* "run", */
        0,   0,   0,   0,  0, 0, 0, 0};                  /* of records */
    assert_memory_equal(f->header, begin, sizeof begin);
    assert_int_equal(f->n_header % 4, 0);
    /* fixed data stand at the end of the header: the places' names (10 bytes, padded), the times */
    assert_memory_equal(f->header + f->n_header - N_TIME * 8 - 12, "northsouth\0\0", 12);
    const unsigned char half[] = {0x3f, 0xe0, 0, 0, 0, 0, 0, 0};
    assert_memory_equal(f->header + f->n_header - 2 * 8, half, 8);
}

static void test_written_and_read(void **state)
{
    fixture *f = *state;
    dtn_nc_file file = opened(f, false);
    check_by_library(f->part, 0);
    append(&file, 3);
    check_by_library(f->part, 3);
    append(&file, 1);
    append(&file, 4);
    unsigned char number[8];
    assert_int_equal(dtn_nc_read(&file, 7, 8, 4, number), DTN_OK);
    assert_int_equal(dtn_nc_get_int(number), 1);
    assert_int_equal(dtn_nc_commit(&file, &f->diags), DTN_OK);
    check_by_library(f->path, 8);
    struct stat info;
    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(info.st_size, f->n_header + 8 * RECORD);
    assert_int_not_equal(access(f->part, F_OK), 0);
}

/* What a killed process leaves: whole records, and behind them part of what was being written. */
static void test_goes_on(void **state)
{
    fixture *f = *state;
    for (size_t extra = 0; extra < 2 * RECORD; extra += 37) {
        dtn_nc_file file = opened(f, false);
        append(&file, 3);
        char junk[2 * RECORD];
        memset(junk, 'x', sizeof junk);
        assert_int_equal(
            pwrite(fileno(file.out.file), junk, extra, (off_t)(f->n_header + 3 * RECORD)), extra);
        dtn_nc_leave(&file);
        check_by_library(f->part, 3);
        file = opened(f, true);
        assert_int_equal(file.n_record, 3);
        append(&file, 1);
        assert_int_equal(dtn_nc_commit(&file, &f->diags), DTN_OK);
        check_by_library(f->path, 4);
        struct stat info;
        assert_int_equal(stat(f->path, &info), 0);
        assert_int_equal(info.st_size, f->n_header + 4 * RECORD);
    }
}

/* A part of something else, or half of one: refused, and it stays. Without its magic, which is written last: begun
 * again. A count of more than is there: cut. */
static void test_does_not_trust_a_part(void **state)
{
    fixture *f = *state;
    unsigned char *other = dtn_alloc(f->n_header + RECORD);
    memcpy(other, f->header, f->n_header);
    for (int kind = 0; kind < 4; kind++) {
        FILE *part = fopen(f->part, "w");
        size_t n = kind == 0 ? f->n_header / 2 : f->n_header;
        other[100] = (unsigned char)(f->header[100] ^ (kind == 1));
        dtn_nc_put_int64(other + 4, kind == 3 ? 9 : 0);
        memset(other, kind == 2 ? 0 : 'C', 1); /* the magic bytes come last */
        n += kind == 3 ? RECORD : 0;
        assert_int_equal(fwrite(other, 1, n, part), n);
        fclose(part);
        dtn_nc_file file;
        struct stat info;
        const dtn_status status =
            dtn_nc_open(&file, f->path, f->header, f->n_header, f->record_bytes, true, &f->diags);
        assert_int_equal(status, kind < 2 ? DTN_E_INPUT : DTN_OK);
        if (kind < 2) {
            assert_int_equal(stat(f->part, &info), 0);
            assert_int_equal(info.st_size, n);
            assert_int_equal(f->diags.items[f->diags.n - 1].code, 707);
            continue;
        }
        assert_int_equal(file.n_record, kind == 3 ? 1 : 0);
        dtn_nc_leave(&file);
    }
    dtn_free(other);
}

static void test_full_disk(void **state)
{
    fixture *f = *state;
    dtn_nc_file file = opened(f, false);
    append(&file, 1);
    FILE *own = file.out.file;
    file.out.file = fopen("/dev/full", "r+");
    assert_non_null(file.out.file);
    append(&file, 1);
    fclose(file.out.file);
    file.out.file = own;
    assert_int_equal(file.n_record, 1);
    assert_int_equal(dtn_nc_commit(&file, &f->diags), DTN_E_IO);
    assert_int_equal(f->diags.n_error, 1);
    check_by_library(f->part, 1);
}

static void test_names(void **state)
{
    fixture *f = *state;
    const char *used[] = {"deaths", "deaths_2"};
    assert_string_equal(dtn_nc_name(&f->arena, "Deaths (all), by day", 0, NULL),
                        "Deaths_all_by_day");
    assert_string_equal(dtn_nc_name(&f->arena, "deaths", 2, used), "deaths_3");
    assert_string_equal(dtn_nc_name(&f->arena, "1st", 0, NULL), "v_1st");
    assert_string_equal(dtn_nc_name(&f->arena, "\"x[a,b]\"", 0, NULL), "v_x_a_b");
    assert_string_equal(dtn_nc_name(&f->arena, "\xc3\xa9t\xc3\xa9", 0, NULL), "v_t");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_layout, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_written_and_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_does_not_trust_a_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_units, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
