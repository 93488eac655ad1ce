# Every library the project uses, found once. Which folder may link which is the level table.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(CapnProto REQUIRED)
find_package(RocksDB REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(toml11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Catch2 2 REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(benchmark REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)

# An IMPORTED target for a library whose package for CMake is missing or asks for more than we link.
function(mnrt_import target library)
  find_library(${library}_file ${library} REQUIRED)
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${${library}_file}")
endfunction()

# CAF 0.17 ships no CMake package.
mnrt_import(caf::core caf_core)
target_link_libraries(caf::core INTERFACE Threads::Threads)
# The package of prometheus-cpp demands curl and civetweb for parts that we don't link.
mnrt_import(prometheus-cpp::core prometheus-cpp-core)

# BLAKE3 comes as C and assembly sources in a Debian source package for another language.
file(GLOB blake3_folders "/usr/share/cargo/registry/blake3-*/c")
if(NOT blake3_folders)
  message(FATAL_ERROR "BLAKE3's sources are missing: run scripts/deps (Debian package librust-blake3-dev)")
endif()
list(GET blake3_folders 0 blake3_folder)
set(blake3_sources blake3.c blake3_dispatch.c blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  list(APPEND blake3_sources blake3_sse2_x86-64_unix.S blake3_sse41_x86-64_unix.S blake3_avx2_x86-64_unix.S
       blake3_avx512_x86-64_unix.S)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  list(APPEND blake3_sources blake3_neon.c)
endif()
list(TRANSFORM blake3_sources PREPEND "${blake3_folder}/")
add_library(blake3 STATIC ${blake3_sources})
target_include_directories(blake3 SYSTEM PUBLIC "${blake3_folder}")
set_source_files_properties(${blake3_sources} PROPERTIES COMPILE_OPTIONS "-w")

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(CapnProto::capnp INTERFACE -include "${CMAKE_SOURCE_DIR}/cmake/capnp_for_clang.h")
endif()
