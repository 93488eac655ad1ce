// Catch2's main costs 17 s to compile: it stands here once and every test program links this object.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
