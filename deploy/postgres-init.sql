-- A database and a role for each service; the PostgreSQL image runs this once, when its volume is empty.
-- Each role may open its own database and no other, so that neither service can read what the other stores.
\getenv auth_password AUTH_DATABASE_PASSWORD
\getenv core_password CORE_DATABASE_PASSWORD

CREATE ROLE auth LOGIN PASSWORD :'auth_password';
CREATE ROLE core LOGIN PASSWORD :'core_password';
CREATE DATABASE auth OWNER auth;
CREATE DATABASE core OWNER core;
REVOKE ALL ON DATABASE auth, core, postgres, template1 FROM PUBLIC;
