-- From where a company is asked: origins of pages, and networks, each between spaces.
CREATE TABLE access_lists (
  company_id TEXT PRIMARY KEY REFERENCES companies (id),
  origins TEXT NOT NULL,
  networks TEXT NOT NULL
)
