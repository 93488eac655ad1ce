# Compiler, linker and cache settings that all targets share.
add_library(mnrt_options INTERFACE)
target_include_directories(mnrt_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(mnrt_options INTERFACE -Wall -Wextra -Wpedantic -Werror=return-type)

if(MNRT_CCACHE)
  find_program(CCACHE ccache)
  if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE}")
  endif()
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Four checks cost half of the build time and find nothing in templates of libraries: only `ci` runs them.
if(MNRT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(NOT MNRT_SANITIZE_FULL)
    add_compile_options(-fno-sanitize=null,vptr,alignment,object-size)
  endif()
endif()

# A heavy source needs up to 1.2 GB: with 4 GB in the machine two of them fit beside the system.
cmake_host_system_information(RESULT memory_mb QUERY TOTAL_PHYSICAL_MEMORY)
math(EXPR jobs "(${memory_mb} - 600) / 1300")
if(jobs LESS 1)
  set(jobs 1)
endif()
set_property(GLOBAL PROPERTY JOB_POOLS compile=${jobs})
set(CMAKE_JOB_POOL_COMPILE compile)

# Coverage for libFuzzer in our own code; the programs of tests/fuzz add its main.
if(MNRT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
