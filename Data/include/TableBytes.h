#ifndef TABLE_BYTES_H
#define TABLE_BYTES_H

/// One JSON table, as it stands in this folder.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  long count;
} EmbeddedTable;

/// How many tables the program carries.
long embeddedTableCount(void);

/// The table at an index below the count.
EmbeddedTable embeddedTable(long index);

/// An article of the program's documentation.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  long count;
} EmbeddedArticle;

/// How many articles the program carries.
long embeddedArticleCount(void);

/// The article at an index below the count.
EmbeddedArticle embeddedArticle(long index);

/// The script of the pages that can be played with.
EmbeddedArticle embeddedScript(void);

#endif
